import Evidence
import Wire

extension SMB1Conversation {
  /// Reads the blocks of a request, and keeps what its answer will complete.
  mutating func takeRequest(
    _ blocks: [SMB1.Block], _ line: inout SMB1Line, in input: borrowing ByteReader,
    _ place: Place, into output: inout Output
  ) throws(ParseFailure) -> PipeData? {
    let header = line.header
    var request = Pending(
      command: header.command, place: place, userID: header.userID, treeID: header.treeID)
    var data: PipeData?
    for block in blocks {
      switch block.command {
      case .negotiate:
        line.dialects = try SMB1.NegotiateRequest(block, in: input).dialects
      case .sessionSetupAndX:
        request.command = .sessionSetupAndX
        try takeSetup(block, header, in: input, place, into: &output)
      case .treeConnectAndX:
        if header.command != .sessionSetupAndX { request.command = .treeConnectAndX }
        request.path = try SMB1.TreeConnectRequest(block, of: header, in: input).path
      case .ntCreateAndX, .openAndX:
        let create = try SMB1.CreateRequest(block, of: header, in: input)
        request.name = create.name
        request.action = create.disposition == 2 ? .create : .open
      case .createDirectory, .deleteDirectory, .open, .create, .delete, .rename, .ntRename,
        .queryInformation, .setInformation, .checkDirectory, .createNew, .search, .find,
        .findUnique:
        let named = try SMB1.PathRequest(block, of: header, in: input)
        request.name = named.path
        request.lineName = named.newPath
        request.action = Self.coreActions[block.command]
      case .treeConnect:
        request.path = try SMB1.PathRequest(block, of: header, in: input).path
      case .readAndX, .writeAndX, .read, .write:
        let transfer = try SMB1.Transfer(block, of: header, in: input)
        request.fileID = transfer.fileID
        request.action = block.command == .read || block.command == .readAndX ? .read : .write
        if let id = transfer.fileID, request.action == .write {
          data = PipeData(fileID: id, range: transfer.data, userID: header.userID)
        }
      case .close, .flush, .seek, .lockByteRange, .unlockByteRange, .setInformation2,
        .queryInformation2, .lockingAndX:
        request.fileID = try block.file(in: input)
      case .transaction, .transaction2, .ntTransact, .transactionSecondary,
        .transaction2Secondary, .ntTransactSecondary:
        data = try takeTransaction(block, header, &request, &line, in: input) ?? data
        noteTransaction(block.command, request.function, header, place, into: &output)
      default: break
      }
    }
    line.tree = request.path ?? lineTree(header.treeID)
    line.file = request.lineName ?? request.name ?? request.fileID.flatMap { files[$0]?.name }
    let isAnswered = block(blocks) { $0 != .transactionSecondary && $0 != .transaction2Secondary }
    guard isAnswered, parties.transport == .tcp else { return data }
    if let oldest = pending.insert(request, for: Key(header)) {
      output.coverage[.evictions] += 1
      say(oldest, .unanswered, at: nil, into: &output)
    }
    return data
  }

  /// What the commands of the core protocol do with their path.
  private static let coreActions: [SMB1.Command: SMBFile.Action] = [
    .createDirectory: .create, .deleteDirectory: .delete, .open: .open, .create: .create,
    .delete: .delete, .rename: .rename, .ntRename: .rename, .createNew: .create,
  ]

  private func block(_ blocks: [SMB1.Block], _ test: (SMB1.Command) -> Bool) -> Bool {
    blocks.first.map { test($0.command) } ?? false
  }

  private mutating func takeSetup(
    _ block: SMB1.Block, _ header: SMB1.Header, in input: borrowing ByteReader,
    _ place: Place, into output: inout Output
  ) throws(ParseFailure) {
    let request = try SMB1.SessionSetup(block, of: header, in: input)
    let session = setup ?? SMBSessionState(.smb1, begun: place.moment)
    setup = session
    if request.securityBlob.count > 0 {
      let token = try input.slice(request.securityBlob, "SecurityBlob")
      session.tokens.take(token.bytes, parties, from: place.side, at: place.moment, into: &output)
    } else if !request.account.isEmpty {
      let account = AccountName(name: request.account, domain: request.domain)
      session.plainAccount = account
      let answer = RawAnswer(
        account: account, lmByteCount: request.oemPasswordLength,
        ntByteCount: request.unicodePasswordLength)
      session.tokens.take(answer, parties, from: place.side, at: place.moment, into: &output)
    }
  }

  private func takeTransaction(
    _ block: SMB1.Block, _ header: SMB1.Header, _ request: inout Pending,
    _ line: inout SMB1Line, in input: borrowing ByteReader
  ) throws(ParseFailure) -> PipeData? {
    let call = try SMB1.Transaction(block, of: header, in: input)
    line.transactionName = call.name
    request.function = call.function
    switch block.command {
    case .transactionSecondary:
      // Goes on with the call that its identifiers name.
      guard let first = pending[Key(header)], let id = first.fileID,
        first.function == SMB1.Transaction.transactNamedPipe
      else { return nil }
      return PipeData(fileID: id, range: call.data, userID: header.userID)
    case .transaction2:
      line.transaction2Function = call.function
      request.name = try call.path(of: header, in: input)
      request.fileID = try call.file(in: input)
      if call.function == SMB1.Transaction.findNext {
        request.findLevel = try call.findLevel(in: input)
      }
    case .ntTransact:
      line.ntFunction = call.function
      request.fileID = call.fileID
      if call.function == SMB1.Transaction.create {
        request.name = try call.createdPath(of: header, in: input)
      }
    case .transaction where call.function == SMB1.Transaction.transactNamedPipe:
      request.fileID = call.fileID
      return call.fileID.map { id in
        PipeData(
          fileID: id, range: call.data, userID: header.userID, transactionName: call.name)
      }
    default: break
    }
    return nil
  }

  // MARK: - Answers

  /// Reads the blocks of an answer, and says what its request did.
  mutating func takeResponse(
    _ blocks: [SMB1.Block], _ line: inout SMB1Line, in input: borrowing ByteReader,
    _ place: Place, into output: inout Output
  ) throws(ParseFailure) -> PipeData? {
    let header = line.header
    let request = pending.remove(Key(header))
    if request == nil { noteUnasked(header, place, into: &output) }
    line.tree = request?.path ?? lineTree(header.treeID) ?? request.flatMap { trees[$0.treeID] }
    line.file =
      request?.lineName ?? request?.name ?? request?.fileID.flatMap { files[$0]?.name }
    line.transaction2Function =
      header.command == .transaction2 ? request?.function ?? 0xFFFF : nil
    line.ntFunction = header.command == .ntTransact ? request?.function : nil
    var data: PipeData?
    var opened: UInt16?
    var isPartial = false
    for block in blocks where block.words.count > 0 {
      switch block.command {
      case .sessionSetupAndX:
        try takeVerdict(block, header, in: input, place, into: &output)
      case .treeConnectAndX where header.isSuccess:
        connected(request?.path, as: header.treeID, output)
      case .ntCreateAndX where header.isSuccess:
        var words = try input.slice(block.words, "Words")
        try words.skip(5, "AndX")
        opened = try words.u16le("FID")
      case .treeConnect where header.isSuccess:
        connected(request?.path, as: try block.connectedTree(in: input), output)
      case .openAndX where header.isSuccess, .open where header.isSuccess,
        .create where header.isSuccess, .createNew where header.isSuccess:
        opened = try block.file(in: input)
      case .search, .find, .findUnique: line.file = try block.firstFound(in: input)
      case .readAndX, .read:
        let transfer = try SMB1.Transfer(block, of: header, in: input)
        data = request?.fileID.map {
          PipeData(fileID: $0, range: transfer.data, userID: header.userID)
        }
      case .transaction, .transaction2, .ntTransact:
        let call = try SMB1.Transaction(block, of: header, in: input)
        isPartial = call.isPartial
        guard let request else { continue }
        data = pipeData(of: call, request, header)
        opened = try openedFile(by: call, request, header, &line, in: input)
      default: break
      }
    }
    guard let request else { return data }
    guard !isPartial else {
      // The rest of the answer follows under the same identifiers.
      pending.insert(request, for: Key(header))
      return data
    }
    if let opened {
      let tree = trees[request.treeID]
      let file = SMBOpenFile(
        parties, name: request.name, tree: tree ?? "", isPipe: tree.map(SMBOpenFile.isPipeShare))
      keep(file, as: opened, into: &output)
    }
    finish(request, header, at: place.moment, into: &output)
    return data
  }

  /// Where an answer on a named pipe lies.
  private func pipeData(
    of call: SMB1.Transaction, _ request: Pending, _ header: SMB1.Header
  ) -> PipeData? {
    guard header.command == .transaction,
      request.function == SMB1.Transaction.transactNamedPipe
    else { return nil }
    return request.fileID.map { PipeData(fileID: $0, range: call.data, userID: header.userID) }
  }

  /// The file that the answer to a transaction opened; names what one that goes on searching found.
  private func openedFile(
    by call: SMB1.Transaction, _ request: Pending, _ header: SMB1.Header,
    _ line: inout SMB1Line, in input: borrowing ByteReader
  ) throws(ParseFailure) -> UInt16? {
    if let level = request.findLevel {
      line.file = try call.firstFound(at: level, of: header, in: input)
    }
    guard header.command == .ntTransact, header.isSuccess,
      request.function == SMB1.Transaction.create
    else { return nil }
    return try call.createdFile(in: input)
  }

  private mutating func takeVerdict(
    _ block: SMB1.Block, _ header: SMB1.Header, in input: borrowing ByteReader,
    _ place: Place, into output: inout Output
  ) throws(ParseFailure) {
    let answer = try SMB1.SessionSetup(block, of: header, in: input)
    guard let setup else { return }
    setup.isGuest = answer.action & 1 != 0
    guard answer.securityBlob.count > 0 else { return }
    let token = try input.slice(answer.securityBlob, "SecurityBlob")
    setup.tokens.take(token.bytes, parties, from: place.side, at: place.moment, into: &output)
  }

  private mutating func finish(
    _ request: Pending, _ header: SMB1.Header, at moment: Moment, into output: inout Output
  ) {
    let outcome: Activity.Outcome =
      header.isSuccess ? .success : .failure(code: header.status)
    switch request.command {
    case .sessionSetupAndX:
      if header.usesNTStatus, header.status == SMB.Status.moreProcessingRequired.rawValue {
        return
      }
      if let session = setup {
        session.isSettled = true
        session.tokens.finish(outcome, parties, at: moment, into: &output)
        if header.isSuccess { sessions.insert(session, for: header.userID) }
      }
      say(request, outcome, at: moment, into: &output)
      setup = nil
    case .close:
      guard header.isSuccess, let id = request.fileID else { return }
      files.remove(id)?.connection?.end(into: &output)
    case .logoffAndX: sessions.remove(request.userID)
    default: say(request, outcome, at: moment, into: &output)
    }
  }

  /// Says what a request did.
  func say(
    _ request: Pending, _ outcome: Activity.Outcome, at moment: Moment?,
    into output: inout Output
  ) {
    guard output.wantsActivities, let detail = detail(of: request) else { return }
    let session =
      request.command == .sessionSetupAndX ? setup : sessions[request.userID]
    let (source, target) = parties.route(from: request.place.side)
    var activity = Activity(
      time: request.place.moment.time, end: moment?.time ?? request.place.moment.time,
      source: source, target: target, transport: parties.transport,
      account: session?.account, outcome: outcome,
      proof: Activity.Proof(
        capture: request.place.moment.capture, request: request.place.moment.packet,
        answer: moment?.packet ?? 0),
      detail: detail)
    activity.ticket = session?.ticket
    output.add(activity)
  }

  private func detail(of request: Pending) -> Activity.Detail? {
    let tree = trees[request.treeID] ?? ""
    switch request.command {
    case .sessionSetupAndX:
      let isGuest = setup?.isGuest ?? false
      return .smbSession(
        SMBSession(
          dialect: nil, sessionID: UInt64(request.userID), isEncrypted: false, isGuest: isGuest))
    case .treeConnectAndX, .treeConnect: return .smbTree(SMBTree(path: request.path ?? ""))
    case .ntCreateAndX, .openAndX, .open, .create, .createDirectory, .deleteDirectory, .delete,
      .rename, .ntRename, .createNew:
      return .smbFile(
        SMBFile(action: request.action ?? .open, tree: tree, path: request.name ?? ""))
    case .readAndX, .writeAndX, .read, .write:
      guard let action = request.action, let file = request.fileID.flatMap({ files[$0] }),
        file.isPipe != true, let name = file.name, file.said.insert(action).inserted
      else { return nil }
      return .smbFile(SMBFile(action: action, tree: file.tree, path: name))
    default: return nil
    }
  }
}
