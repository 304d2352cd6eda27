import Evidence
import Wire

extension RPCMemory {
  /// Reads what a SAMR call changes (MS-SAMR section 3.1.5).
  func samrChange(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 10, 12, 14, 50:
      let request = try SAMR.CreateRequest(parsing: &stub, hasKind: operation == 50)
      let action: SAMRChange.Action =
        operation == 10 ? .createGroup : operation == 14 ? .createAlias : .createUser
      var change = SAMRChange(action: action, name: request.name)
      change.accountType = request.accountType
      return Facts(arguments: .samrChange(change)).opening(Opened(name: request.name))
    case 22, 24:
      let request = try SAMR.GroupMemberRequest(parsing: &stub)
      let group = handles[request.group]
      let member = names[request.relativeID] ?? "RID \(request.relativeID)"
      return change(operation == 22 ? .addMember : .removeMember, of: group, member)
    case 31, 32:
      let request = try SAMR.AliasMemberRequest(parsing: &stub)
      let sid = request.sid.description
      return change(operation == 31 ? .addMember : .removeMember, of: handles[request.alias], sid)
    case 23, 30, 35:
      let opened = handles[try SAMR.QueryRequest(parsing: &stub).handle]
      return change(.delete, of: opened)
    case 37, 58:
      let request = try SAMR.QueryRequest(parsing: &stub)
      let opened = handles[request.handle]
      var change = SAMRChange(
        action: .setInformation, name: opened?.name, rid: opened?.relativeID)
      change.informationClass = request.informationClass
      return Facts(arguments: .samrChange(change))
    case 38:
      let opened = handles[try SAMR.QueryRequest(parsing: &stub).handle]
      return change(.changePassword, of: opened)
    case 54, 55, 63, 73:
      let request = try SAMR.ChangePasswordRequest(parsing: &stub, isWide: operation != 54)
      return Facts(
        arguments: .samrChange(SAMRChange(action: .changePassword, name: request.user)))
    case 66:
      let request = try SAMR.RecoveryPasswordRequest(parsing: &stub)
      return Facts(
        arguments: .samrChange(
          SAMRChange(action: .setRecoveryPassword, name: nil, rid: request.relativeID)))
    default: return Facts()
    }
  }

  private func change(
    _ action: SAMRChange.Action, of opened: Opened?, _ member: String? = nil
  ) -> Facts {
    Facts(
      arguments: .samrChange(
        SAMRChange(action: action, name: opened?.name, rid: opened?.relativeID, member: member)))
  }

  /// Reads look-ups and secrets of the local security authority.
  func lsaFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 14, 58, 68, 77:
      let request = try LSARPC.LookupNamesRequest(parsing: &stub, hasHandle: operation != 77)
      return Facts(arguments: .lookup(LSALookup(names: request.names, sids: [])))
    case 15, 57, 76:
      let request = try LSARPC.LookupSIDsRequest(parsing: &stub, hasHandle: operation != 76)
      let sids = request.sids.map(\.description)
      return Facts(arguments: .lookup(LSALookup(names: [], sids: sids)))
    case 16, 28:
      let name = try LSARPC.SecretRequest(parsing: &stub).name
      return Facts(
        arguments: .secret(LSASecret(action: operation == 16 ? .create : .open, name: name))
      ).opening(Opened(name: name))
    case 29, 30:
      let opened = handles[try stub.handle("SecretHandle")]
      return Facts(
        arguments: .secret(LSASecret(action: operation == 29 ? .set : .query, name: opened?.name)))
    case 42, 43:
      let name = try LSARPC.SecretRequest(parsing: &stub).name
      return Facts(
        arguments: .secret(LSASecret(action: operation == 42 ? .store : .retrieve, name: name)))
    default: return Facts()
    }
  }

  /// Reads calls over or towards a secure channel.
  func netlogonFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    var call: NetlogonOperation
    switch operation {
    case 4:
      let request = try NRPC.ChallengeRequest(parsing: &stub)
      call = NetlogonOperation(action: .challenge, computer: request.computer)
      call.clientValue = request.challenge
    case 5, 15, 26:
      let request = try NRPC.AuthenticateRequest(parsing: &stub, hasFlags: operation != 5)
      call = NetlogonOperation(.authenticate, request.channel)
      call.clientValue = request.credential
      call.negotiateFlags = request.flags
    case 30:
      let request = try NRPC.PasswordSetRequest(parsing: &stub)
      call = NetlogonOperation(.setPassword, request.channel)
      call.isPasswordBlank = request.isBlank
    case 6: call = NetlogonOperation(.setPassword, try NRPC.Channel(parsing: &stub))
    case 31, 42, 46: call = NetlogonOperation(.getPassword, try NRPC.Channel(parsing: &stub))
    case 2, 39, 45:
      let request = try NRPC.LogonRequest(parsing: &stub, hasAuthenticators: operation != 39)
      call = NetlogonOperation(
        action: .logon, account: request.user, computer: request.workstation ?? request.computer)
      call.domain = request.domain
    case 29: call = NetlogonOperation(action: .domainInformation)
    case 19, 36, 40: call = NetlogonOperation(action: .listTrusts)
    default: return Facts()
    }
    return Facts(arguments: .netlogon(call))
  }

  /// Reads requests for certificates and for the domain's backup key.
  func certificateFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 0 else { return Facts() }
    if kind == .bkrp {
      let action = try Certificates.BackupKeyRequest(parsing: &stub).action
      let interface = RPCInterface(high: action.high, low: action.low)
      return Facts(arguments: .backupKey(BackupKeyOperation(action: interface)))
    }
    let request = try Certificates.ServerRequest(parsing: &stub)
    return Facts(
      arguments: .certificate(
        CertificateRequest(
          authority: request.authority, attributes: request.attributes,
          byteCount: request.byteCount)))
  }

  /// Reads calls of replication.
  func replicationFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 3:
      let request = try DRSUAPI.GetChangesRequest(parsing: &stub)
      return Facts(arguments: .replication(namingContext: request.namingContext))
    case 2, 4, 5, 6:
      let request = try DRSUAPI.ReplicaRequest(parsing: &stub, operation: operation)
      let actions: [DirectoryOperation.Action] = [
        .synchronise, .updateReferences, .addReplica, .deleteReplica,
      ]
      let action = operation == 2 ? actions[0] : actions[min(3, Int(operation) - 3)]
      return Facts(
        arguments: .directory(
          DirectoryOperation(
            action: action, object: request.namingContext, controller: request.controller)))
    case 12, 13:
      let request = try DRSUAPI.NamesRequest(parsing: &stub, operation: operation)
      return Facts(
        arguments: .directory(
          DirectoryOperation(
            action: operation == 12 ? .crackNames : .writeSPN, object: request.account,
            names: request.names)))
    case 16, 17:
      let request = try DRSUAPI.ObjectRequest(parsing: &stub, operation: operation)
      return Facts(
        arguments: .directory(
          DirectoryOperation(
            action: operation == 16 ? .controllerInformation : .addEntry, object: request.name)))
    case 20: return Facts(arguments: .directory(DirectoryOperation(action: .addSIDHistory)))
    case 28: return Facts(arguments: .directory(DirectoryOperation(action: .cloneController)))
    default: return Facts()
    }
  }
}

extension NetlogonOperation {
  fileprivate init(_ action: Action, _ channel: NRPC.Channel) {
    self.init(action: action, account: channel.account, computer: channel.computer)
    channelType = channel.kind
  }
}
