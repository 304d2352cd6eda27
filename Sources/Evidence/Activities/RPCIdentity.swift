/// A call that changes an account, group or domain (MS-SAMR section 3.1.5).
public struct SAMRChange: Sendable {
  public enum Action: String, Sendable {
    case createUser, createGroup, createAlias, delete, setInformation, addMember, removeMember
    case changePassword, setRecoveryPassword, setDomain
  }

  public var action: Action
  /// The account, group or domain; by handle, what its open or look-up named, where seen.
  public var name: String?
  public var rid: UInt32?
  /// Who is added or removed.
  public var member: String?
  /// The class of SamrSetInformationUser (MS-SAMR section 2.2.6.28): 18 and 21 to 26 set passwords.
  public var informationClass: UInt16?
  /// The account type of SamrCreateUser2InDomain: 0x80 is a workstation's, 0x100 a server's.
  public var accountType: UInt32?

  public init(action: Action, name: String?, rid: UInt32? = nil, member: String? = nil) {
    self.action = action
    self.name = name
    self.rid = rid
    self.member = member
  }

  /// Whether it sets a password.
  public var setsPassword: Bool {
    switch action {
    case .changePassword, .setRecoveryPassword: true
    case .setInformation: informationClass.map { $0 == 18 || (21...26).contains($0) } ?? false
    default: false
    }
  }
}

/// A call about a secret or trust of the local security authority (MS-LSAD section 3.1.4).
public struct LSASecret: Sendable {
  public enum Action: String, Sendable { case open, create, set, query, store, retrieve }

  public var action: Action
  /// `G$BCKUPKEY_…`, `$MACHINE.ACC`; by handle, what its open named, where seen.
  public var name: String?

  public init(action: Action, name: String?) {
    self.action = action
    self.name = name
  }
}

/// A call over, or towards, a secure channel (MS-NRPC section 3.5.4).
public struct NetlogonOperation: Sendable {
  public enum Action: String, Sendable {
    case challenge, authenticate, setPassword, getPassword, logon, domainInformation, listTrusts
  }

  public var action: Action
  /// The account of the secure channel, or who logs on.
  public var account: String?
  /// The domain of who logs on.
  public var domain: String?
  public var computer: String?
  /// 2 workstation, 6 domain controller (MS-NRPC section 2.2.1.3.13).
  public var channelType: UInt16?
  /// The client's challenge or credential, as sent; all zero is what CVE-2020-1472 sends.
  public var clientValue: UInt64?
  public var negotiateFlags: UInt32?
  /// Whether the new password is made of zero octets only.
  public var isPasswordBlank: Bool?

  public init(action: Action, account: String? = nil, computer: String? = nil) {
    self.action = action
    self.account = account
    self.computer = computer
  }
}

/// A certificate asked for (MS-ICPR section 3.2.4.1, MS-WCCE section 3.2.1.4).
public struct CertificateRequest: Sendable {
  public var authority: String?
  /// Lines such as `CertificateTemplate:User` and `SAN:upn=administrator@alpine.test`.
  public var attributes: [String]
  /// Octets of the request.
  public var byteCount: Int

  public init(authority: String?, attributes: [String], byteCount: Int) {
    self.authority = authority
    self.attributes = attributes
    self.byteCount = byteCount
  }
}

/// A call of directory replication other than GetNCChanges (MS-DRSR section 4.1).
public struct DirectoryOperation: Sendable {
  public enum Action: String, Sendable {
    case synchronise, updateReferences, addReplica, deleteReplica, changeReplica, crackNames
    case writeSPN, controllerInformation, addEntry, addSIDHistory, cloneController
  }

  public var action: Action
  /// The naming context, object or domain.
  public var object: String?
  /// The controller that is to replicate, to be asked, or to be told.
  public var controller: String?
  /// Names asked for, SPNs written.
  public var names: [String]

  public init(
    action: Action, object: String? = nil, controller: String? = nil, names: [String] = []
  ) {
    self.action = action
    self.object = object
    self.controller = controller
    self.names = names
  }
}

/// BackuprKey (MS-BKRP section 3.1.4.1): which of its actions.
public struct BackupKeyOperation: Hashable, Sendable {
  /// The action's GUID, in the form of an interface's identifier.
  public var action: RPCInterface

  public init(action: RPCInterface) { self.action = action }

  /// Fetches the domain's public key: normal whenever a password changes.
  public var isPublicKeyRetrieval: Bool {
    action == RPCInterface(high: 0x018f_f48a_eaba_40c6, low: 0x8f6d_7237_0240_e967)
  }
}
