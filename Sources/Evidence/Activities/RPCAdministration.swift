/// A call to the task scheduler (MS-TSCH section 3.2.5).
public struct TaskOperation: Sendable {
  public enum Action: String, Sendable {
    case register, run, delete, enable, rename, retrieve, createFolder, stop, list, account
  }

  public var action: Action
  /// The task's path or, for the calls of the AT service, the command; nil where none is named.
  public var path: String?
  /// What the task is: its XML, cut to 4,096 characters.
  public var definition: String?

  public init(action: Action, path: String?, definition: String? = nil) {
    self.action = action
    self.path = path
    self.definition = definition
  }
}

/// A call to the remote registry (MS-RRP section 3.1.5).
public struct RegistryOperation: Sendable {
  public enum Action: String, Sendable {
    case openRoot, open, create, delete, deleteValue, list, query, setValue, save, restore, load
    case unload, replace, setSecurity, close
  }

  public var action: Action
  /// From the root on, as far as the handles were seen to be opened: `HKLM\SAM\SAM`.
  public var key: String?
  public var value: String?
  /// The file that a key is saved to, restored or loaded from.
  public var file: String?
  /// What a value is set to, where it is text.
  public var text: String?

  public init(
    action: Action, key: String?, value: String? = nil, file: String? = nil, text: String? = nil
  ) {
    self.action = action
    self.key = key
    self.value = value
    self.file = file
    self.text = text
  }
}

/// A call about shares, open files or users of a server (MS-SRVS, MS-WKST).
public struct ServerOperation: Sendable {
  public enum Action: String, Sendable {
    case listShares, shareInformation, addShare, changeShare, deleteShare, listFiles
    case listConnections, listUsers, serverInformation, joinDomain, endSession
  }

  public var action: Action
  public var server: String?
  /// The share, path, user or domain that is named.
  public var name: String?
  public var level: UInt32?
  /// The local path of a share that is added.
  public var path: String?
  /// Entries in the answer, where readable.
  public var count: Int?

  public init(
    action: Action, server: String?, name: String? = nil, level: UInt32? = nil,
    path: String? = nil
  ) {
    self.action = action
    self.server = server
    self.name = name
    self.level = level
    self.path = path
  }
}

/// A call about an event log (MS-EVEN section 3.1.4, MS-EVEN6 section 3.1.4).
public struct EventLogOperation: Sendable {
  public enum Action: String, Sendable { case clear, export, open, openBackup }

  public var action: Action
  /// The log or channel; for calls with a handle the one that its open named, where seen.
  public var log: String?
  /// Where a copy goes, or the copy that is opened: a UNC path makes the server connect there.
  public var file: String?

  public init(action: Action, log: String?, file: String? = nil) {
    self.action = action
    self.log = log
    self.file = file
  }
}

/// A call to the print spooler that adds code or a listener (MS-RPRN, MS-PAR section 3.1.4).
public struct PrintOperation: Sendable {
  public enum Action: String, Sendable {
    case open, addDriver, addProcessor, addMonitor, notify
  }

  public var action: Action
  /// The printer or server that is named.
  public var server: String?
  /// The driver, processor or monitor; for ``Action/notify`` the machine that is to be told.
  public var name: String?
  /// Paths of the files that the spooler would load.
  public var files: [String]

  public init(action: Action, server: String?, name: String? = nil, files: [String] = []) {
    self.action = action
    self.server = server
    self.name = name
    self.files = files
  }
}

/// A call to the DNS server's management (MS-DNSP section 3.1.4).
public struct DNSServerOperation: Sendable {
  public enum Action: String, Sendable { case operate, query, complex, listRecords, updateRecord }

  public var action: Action
  public var server: String?
  public var zone: String?
  /// What is asked for, such as `ServerLevelPluginDll` or `ZoneCreate`; of records, the node.
  public var operation: String?
  /// What the operation sets, where it is text: the path of a plug-in.
  public var value: String?

  public init(
    action: Action, server: String?, zone: String?, operation: String?, value: String? = nil
  ) {
    self.action = action
    self.server = server
    self.zone = zone
    self.operation = operation
    self.value = value
  }
}

/// A file, share or machine that a call names and that makes the server look there: MS-EFSR,
/// MS-DFSNM and MS-FSRVP, the calls that coerce an authentication.
public struct RemotePath: Sendable {
  /// As sent.
  public var path: String
  /// A second path, where the call has one.
  public var other: String?

  public init(path: String, other: String? = nil) {
    self.path = path
    self.other = other
  }

  /// The host of a UNC path (`\\host\share`, `\??\UNC\host\share`, `\\host@80\share`), else nil.
  public var host: String? { Self.host(of: path) ?? other.flatMap { Self.host(of: $0) } }

  /// The host that a UNC path names; nil where the path is no such.
  public static func host(of path: String) -> String? {
    let parts = path.split(separator: "\\", omittingEmptySubsequences: true)
    guard path.hasPrefix("\\"), var name = parts.first else { return nil }
    // The forms of the NT namespace, MS-EVEN section 3.1.4.7.
    if name == "??" || name == "?" || name == "." {
      guard parts.count > 2, parts[1].lowercased() == "unc" else { return nil }
      name = parts[2]
    } else if !path.hasPrefix("\\\\") {
      return nil
    }
    let host = name.split(separator: "@").first ?? name
    return host.isEmpty ? nil : String(host)
  }
}
