import Evidence
import Wire

extension SMB2Conversation {
  /// Reads one request, and keeps it for its answer.
  mutating func takeRequest(
    _ header: SMB2.Header, _ input: inout ByteReader, _ chain: inout Chain,
    into output: inout Output
  ) {
    let moment = chain.moment
    var request = Pending(
      command: header.command, side: chain.side, moment: moment, sessionID: header.sessionID,
      treeID: header.treeID)
    // MS-SMB2 section 3.3.5.2.7.2: a related command takes these from the one before.
    if header.flags.contains(.related) {
      request.sessionID = chain.sessionID
      request.treeID = chain.treeID
    } else {
      chain = Chain(from: chain.side, at: moment)
      chain.sessionID = header.sessionID
      chain.treeID = header.treeID
    }
    var line = SMB2Line(header: header)
    line.tree = tree(request.sessionID, request.treeID)?.path
    var data: ByteRange?
    do {
      switch header.command {
      case .negotiate:
        line.dialects = SMB2.NegotiateRequest.dialects(peeking: input)
        line.dialects = try SMB2.NegotiateRequest(parsing: &input).dialects
      case .sessionSetup: try takeSessionSetup(&request, &input, into: &output)
      case .treeConnect:
        request.name = try SMB2.TreeConnectRequest(parsing: &input).path
        line.tree = request.name
      case .create:
        line.opening = try takeCreate(&request, &input, &chain)
        line.file = request.name
      default:
        data = try takeFileRequest(&request, &line, &input, chain)
      }
    } catch {
      output.undecoded(error)
    }
    if output.wantsLines { output.line(line, parties, from: chain.side, at: moment) }
    if let range = data, let id = request.fileID {
      let data = PipeData(fileID: id, range: range, sessionID: request.sessionID)
      takePipe(data, in: input, from: chain.side, at: moment, into: &output)
    }
    // Nobody answers a CANCEL (MS-SMB2 section 3.3.5.16).
    guard header.command != .cancel else { return }
    if let oldest = pending.insert(request, for: header.messageID) {
      output.coverage[.evictions] += 1
      sayUnanswered(oldest, into: &output)
    }
  }

  private mutating func takeSessionSetup(
    _ request: inout Pending, _ input: inout ByteReader, into output: inout Output
  ) throws(ParseFailure) {
    let moment = request.moment
    let known = sessions[request.sessionID]
    // A session that is set up already authenticates anew.
    let session =
      known.flatMap { $0.isSettled ? nil : $0 } ?? SMBSessionState(.smb2, begun: moment)
    request.session = session
    let setup = try SMB2.SessionSetupRequest(parsing: &input)
    guard setup.securityBuffer.count > 0 else { return }
    let token = try input.slice(setup.securityBuffer, "Buffer")
    session.tokens.take(token.bytes, parties, from: request.side, at: moment, into: &output)
  }

  private func takeCreate(
    _ request: inout Pending, _ input: inout ByteReader, _ chain: inout Chain
  ) throws(ParseFailure) -> (disposition: UInt32, options: UInt32) {
    let create = try SMB2.CreateRequest(parsing: &input)
    request.name = create.name
    // FILE_CREATE must create; the other dispositions tell by their answer.
    request.action = create.disposition == 2 ? .create : .open
    // FILE_DELETE_ON_CLOSE
    request.isDeletedOnClose = create.options & 0x1000 != 0
    chain.fileID = nil
    chain.fileName = create.name
    return (create.disposition, create.options)
  }

  /// Reads a request about an open file: which, and where its data for a pipe lies.
  private func takeFileRequest(
    _ request: inout Pending, _ line: inout SMB2Line, _ input: inout ByteReader, _ chain: Chain
  ) throws(ParseFailure) -> ByteRange? {
    var data: ByteRange?
    var id: SMB2.FileID?
    switch request.command {
    case .read:
      let read = try SMB2.ReadRequest(parsing: &input)
      line.length = read.length
      id = read.fileID
    case .write:
      let write = try SMB2.WriteRequest(parsing: &input)
      line.length = UInt32(clamping: write.data.count)
      id = write.fileID
      data = write.data
    case .ioctl:
      let ioctl = try SMB2.Ioctl(parsing: &input, isResponse: false)
      line.function = ioctl.function
      request.function = ioctl.function
      id = ioctl.fileID
      if ioctl.function == .pipeTransceive { data = ioctl.input }
    case .queryInfo:
      let query = try SMB2.InformationRequest(parsingQuery: &input)
      line.informationKind = query.kind
      id = query.fileID
    case .setInfo:
      let change = try SMB2.InformationRequest(parsingSet: &input)
      line.informationKind = change.kind
      id = change.fileID
      request.action = try action(of: change, in: input)
    case .queryDirectory:
      id = try SMB2.InformationRequest(parsingDirectory: &input).fileID
    case .close, .flush, .lock, .changeNotify:
      id = try SMB2.FileReference(parsing: &input).fileID
    default: return nil
    }
    if id == SMB2.FileID.none { id = chain.fileID }
    request.fileID = id
    request.informationKind = line.informationKind
    line.file = id.flatMap { files[$0]?.lineName } ?? (id == nil ? chain.fileName : nil)
    return data
  }

  /// What a change of a file's information does (MS-FSCC sections 2.4.11 and 2.4.42).
  private func action(
    of change: SMB2.InformationRequest, in input: borrowing ByteReader
  ) throws(ParseFailure) -> SMBFile.Action? {
    guard change.kind == 1 else { return nil }
    switch change.informationClass {
    case 10, 65: return .rename
    case 13, 64:
      var data = try input.slice(change.data, "Buffer")
      return try data.u8("DeletePending") & 1 == 1 ? .delete : nil
    default: return nil
    }
  }

  /// Hands what travels over a pipe to its calls.
  mutating func takePipe(
    _ data: PipeData, in input: borrowing ByteReader, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    var file = files[data.fileID]
    guard data.range.count > 0, file?.isPipe != false else { return }
    do {
      let octets = try input.sliceToEnd(data.range, "Buffer")
      if file == nil, DCERPC.Header.isPlausible(octets) {
        // Opened before the capture began.
        let found = SMBOpenFile(parties, name: nil, tree: "", isPipe: true)
        keep(found, as: data.fileID, into: &output)
        file = found
      }
      guard let file, let connection = file.connect(octets, "smb2") else { return }
      let session = sessions[data.sessionID]
      connection.account = session?.account
      connection.ticket = session?.tokens.ticket
      guard octets.bytes.count == data.range.count else {
        connection.take(octets.bytes, from: side, at: moment, into: &output)
        return
      }
      file.takePipe(octets.bytes, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }

  mutating func keep(_ file: SMBOpenFile, as id: SMB2.FileID, into output: inout Output) {
    guard let oldest = files.insert(file, for: id) else { return }
    output.coverage[.evictions] += 1
    oldest.connection?.end(into: &output)
  }

  func tree(_ session: UInt64, _ tree: UInt32?) -> Tree? {
    tree.flatMap { trees[TreeKey(session: session, tree: $0)] }
  }
}
