import Evidence
import Wire

extension SMB2Conversation {
  /// Reads one answer, and says what its request did.
  mutating func takeResponse(
    _ header: SMB2.Header, _ input: inout ByteReader, _ chain: inout Chain,
    into output: inout Output
  ) {
    let moment = chain.moment
    // The interim answer of an asynchronous request: the true one follows.
    let isInterim = header.status == .pending
    let request = isInterim ? pending[header.messageID] : pending.remove(header.messageID)
    var line = SMB2Line(header: header)
    let treeID = header.treeID ?? request?.treeID
    line.tree = tree(request?.sessionID ?? header.sessionID, treeID)?.path
    line.function = request?.function
    line.informationKind = request?.informationKind
    line.file = request.flatMap { name(of: $0, chain) }
    if header.command == .setInfo { line.action = request?.action }
    var data: ByteRange?
    if !header.carriesErrorBody {
      do {
        data = try takeBody(&line, &input, request, &chain, into: &output)
      } catch {
        output.undecoded(error)
      }
    }
    if header.command == .treeConnect { line.tree = request?.name ?? line.tree }
    if output.wantsLines { output.line(line, parties, from: chain.side, at: moment) }
    guard !isInterim else { return }
    if let range = data, let id = request?.fileID ?? line.fileID ?? chain.fileID {
      let sessionID = request?.sessionID ?? header.sessionID
      let data = PipeData(fileID: id, range: range, sessionID: sessionID)
      takePipe(data, in: input, from: chain.side, at: moment, into: &output)
    }
    guard let request else { return }
    finish(request, header, chain, into: &output)
  }

  private func name(of request: Pending, _ chain: Chain) -> String? {
    if request.command == .create { return request.name }
    guard let id = request.fileID ?? chain.fileID else { return nil }
    return files[id]?.lineName
  }

  /// Reads the body of an answer that is no error; where its data for a pipe lies.
  private mutating func takeBody(
    _ line: inout SMB2Line, _ input: inout ByteReader, _ request: Pending?,
    _ chain: inout Chain, into output: inout Output
  ) throws(ParseFailure) -> ByteRange? {
    let header = line.header
    switch header.command {
    case .negotiate:
      line.dialects = SMB2.NegotiateResponse.dialect(peeking: input).map { [$0] } ?? []
      let answer = try SMB2.NegotiateResponse(parsing: &input)
      dialect = answer.dialect
      line.dialects = [answer.dialect]
    case .sessionSetup:
      try takeSessionSetup(header, &input, request, chain, into: &output)
    case .treeConnect:
      let answer = try SMB2.TreeConnectResponse(parsing: &input)
      guard let treeID = header.treeID, let path = request?.name else { return nil }
      let isPipe = answer.shareKind == .pipe || SMBOpenFile.isPipeShare(path)
      trees.insert(
        Tree(path: path, isPipe: isPipe),
        for: TreeKey(session: header.sessionID, tree: treeID))
    case .create:
      let answer = try SMB2.CreateResponse(parsing: &input)
      chain.fileID = answer.fileID
      line.size = answer.endOfFile
      guard let request else {
        openedUnasked(answer, header, into: &output)
        line.file = SMBOpenFile.unnamed
        return nil
      }
      opened(answer, request, into: &output)
    case .read:
      let answer = try SMB2.ReadResponse(parsing: &input)
      line.length = UInt32(clamping: answer.data.count)
      return answer.data
    case .write: line.length = try SMB2.WriteResponse(parsing: &input).count
    case .ioctl:
      let answer = try SMB2.Ioctl(parsing: &input, isResponse: true)
      line.function = answer.function
      if request == nil {
        line.fileID = answer.fileID
        line.file = files[answer.fileID]?.lineName
      }
      if answer.function == .pipeTransceive { return answer.output }
    default: break
    }
    return nil
  }

  private mutating func takeSessionSetup(
    _ header: SMB2.Header, _ input: inout ByteReader, _ request: Pending?, _ chain: Chain,
    into output: inout Output
  ) throws(ParseFailure) {
    let moment = chain.moment
    let answer = try SMB2.SessionSetupResponse(parsing: &input)
    let session =
      request?.session ?? sessions[header.sessionID] ?? SMBSessionState(.smb2, begun: moment)
    if sessions[header.sessionID] == nil || sessions[header.sessionID] !== session {
      sessions.insert(session, for: header.sessionID)
    }
    session.isEncrypted = answer.flags.contains(.encrypted)
    session.isGuest = answer.flags.contains(.guest)
    guard answer.securityBuffer.count > 0 else { return }
    let token = try input.slice(answer.securityBuffer, "Buffer")
    session.tokens.take(token.bytes, parties, from: chain.side, at: moment, into: &output)
  }

  private mutating func opened(
    _ answer: SMB2.CreateResponse, _ request: Pending, into output: inout Output
  ) {
    let tree = tree(request.sessionID, request.treeID)
    let file = SMBOpenFile(
      parties, name: request.name, tree: tree?.path ?? "", isPipe: tree?.isPipe)
    file.isDeletedOnClose = request.isDeletedOnClose
    // FILE_OPENED is 1; superseded, created and overwritten files are new.
    file.wasCreated = answer.action != 1
    keep(file, as: answer.fileID, into: &output)
  }

  /// Keeps a file whose request was not seen.
  private mutating func openedUnasked(
    _ answer: SMB2.CreateResponse, _ header: SMB2.Header, into output: inout Output
  ) {
    let tree = tree(header.sessionID, header.treeID)
    let file = SMBOpenFile(parties, name: nil, tree: tree?.path ?? "", isPipe: tree?.isPipe)
    file.isUnnamed = true
    file.wasCreated = answer.action != 1
    keep(file, as: answer.fileID, into: &output)
  }

  // MARK: - Activities

  private mutating func finish(
    _ request: Pending, _ header: SMB2.Header, _ chain: Chain, into output: inout Output
  ) {
    let isError = header.status.isError
    let verdict = Verdict(
      outcome: isError ? .failure(code: header.status.rawValue) : .success,
      moment: chain.moment)
    let id = request.fileID ?? chain.fileID
    let file = id.flatMap { files[$0] }
    switch request.command {
    case .sessionSetup where header.status != .moreProcessingRequired:
      settle(request, header.sessionID, verdict, into: &output)
    case .treeConnect:
      let detail = Activity.Detail.smbTree(SMBTree(path: request.name ?? ""))
      say(detail, request, verdict, into: &output)
    case .create:
      let action = file?.wasCreated == true ? .create : request.action ?? .open
      let tree = tree(request.sessionID, request.treeID)?.path ?? ""
      let detail = SMBFile(action: action, tree: tree, path: request.name ?? "")
      say(.smbFile(detail), request, verdict, into: &output)
    case .read: sayOnce(.read, file, request, verdict, into: &output)
    case .write: sayOnce(.write, file, request, verdict, into: &output)
    case .setInfo:
      guard let action = request.action else { return }
      sayOnce(action, file, request, verdict, into: &output)
    case .close:
      guard let id, !isError else { return }
      files.remove(id)
      file?.connection?.end(into: &output)
      if file?.isDeletedOnClose == true {
        sayOnce(.delete, file, request, verdict, into: &output)
      }
    case .logoff: sessions.remove(request.sessionID)
    default: break
    }
  }

  private mutating func settle(
    _ request: Pending, _ sessionID: UInt64, _ verdict: Verdict, into output: inout Output
  ) {
    guard let session = request.session ?? sessions[sessionID] else { return }
    session.isSettled = true
    let moment = verdict.moment ?? request.moment
    session.tokens.finish(verdict.outcome, parties, at: moment, into: &output)
    let detail = SMBSession(
      dialect: dialect, sessionID: sessionID, isEncrypted: session.isEncrypted,
      isGuest: session.isGuest)
    var first = request
    first.sessionID = sessionID
    if sessions[sessionID] == nil { first.session = session }
    say(.smbSession(detail), first, verdict, into: &output)
    if verdict.outcome != .success { sessions.remove(sessionID) }
  }

  /// Says an action on a file the first time that it is answered; calls on pipes say themselves.
  private func sayOnce(
    _ action: SMBFile.Action, _ file: SMBOpenFile?, _ request: Pending, _ verdict: Verdict,
    into output: inout Output
  ) {
    guard let file, file.isPipe != true, let name = file.name,
      file.said.insert(action).inserted
    else { return }
    let detail = SMBFile(action: action, tree: file.tree, path: name)
    say(.smbFile(detail), request, verdict, into: &output)
  }

  private func say(
    _ detail: Activity.Detail, _ request: Pending, _ verdict: Verdict,
    into output: inout Output
  ) {
    guard output.wantsActivities else { return }
    let session = request.session ?? sessions[request.sessionID]
    let (source, target) = parties.route(from: request.side)
    var activity = Activity(
      time: request.moment.time, end: verdict.moment?.time ?? request.moment.time,
      source: source, target: target, transport: .tcp,
      account: session?.account, outcome: verdict.outcome,
      proof: Activity.Proof(
        capture: request.moment.capture, request: request.moment.packet,
        answer: verdict.moment?.packet ?? 0),
      detail: detail)
    activity.ticket = session?.ticket
    output.add(activity)
  }

  /// Says a request whose answer did not come, where it would have been an activity.
  func sayUnanswered(_ request: Pending, into output: inout Output) {
    let tree = tree(request.sessionID, request.treeID)?.path ?? ""
    switch request.command {
    case .sessionSetup:
      let detail = SMBSession(
        dialect: dialect, sessionID: request.sessionID, isEncrypted: false, isGuest: false)
      say(.smbSession(detail), request, Verdict(outcome: .unanswered), into: &output)
    case .treeConnect:
      let detail = SMBTree(path: request.name ?? "")
      say(.smbTree(detail), request, Verdict(outcome: .unanswered), into: &output)
    case .create:
      let action = request.action ?? .open
      let detail = SMBFile(action: action, tree: tree, path: request.name ?? "")
      say(.smbFile(detail), request, Verdict(outcome: .unanswered), into: &output)
    default: break
    }
  }
}
