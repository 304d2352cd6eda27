import Evidence
import Wire

/// What is open on one SMB1 connection, and what waits for its answer.
struct SMB1Conversation {
  let parties: Parties
  var sessions = ArrivalTable<UInt16, SMBSessionState>(limit: Limits.smbSessions)
  /// The session that is being set up: SMB1 has one at a time.
  var setup: SMBSessionState?
  var trees = ArrivalTable<UInt16, String>(limit: Limits.smbTrees)
  var files = ArrivalTable<UInt16, SMBOpenFile>(limit: Limits.smbFiles)
  var pending = ArrivalTable<Key, Pending>(limit: Limits.pendingRequests)

  /// The NT_TRANSACT that was asked last, which may go on in secondary requests.
  var openTransaction: Key?

  /// Every share connected so far, by its identifier, for lines alone; nil where the request was not
  /// seen.
  private var lineTrees: [(id: UInt16, path: String?)] = []

  init(_ parties: Parties) { self.parties = parties }

  /// MS-CIFS section 2.2.1.6.2: these tell requests apart.
  struct Key: Hashable {
    var process: UInt32
    var multiplex: UInt16

    init(_ header: SMB1.Header) {
      process = header.processID
      multiplex = header.multiplexID
    }
  }

  /// A request whose answer is awaited.
  struct Pending {
    var command: SMB1.Command
    var place: Place
    var userID: UInt16
    var treeID: UInt16
    var path: String?
    var name: String?
    var fileID: UInt16?
    var function: UInt16?
    var action: SMBFile.Action?
    /// What lines of `decode` have for the file, where that is not `name`.
    var lineName: String?
    /// The level of a search that goes on.
    var findLevel: UInt16?
  }

  /// Where in a message data for a pipe lies.
  struct PipeData {
    var fileID: UInt16
    var range: ByteRange
    var userID: UInt16
    /// Of the transaction that carries it.
    var transactionName: String?
  }

  // MARK: - Messages

  /// Reads one message.
  mutating func take(
    _ message: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    var input = ByteReader(message)
    do {
      let header = try SMB1.Header(parsing: &input)
      let place = Place(side: side, moment: moment)
      var line = SMB1Line(header: header)
      var data: PipeData?
      do {
        let blocks = try SMB1.blocks(of: header, in: input)
        line.chain = blocks.dropFirst().map(\.command)
        if header.isResponse {
          data = try takeResponse(blocks, &line, in: input, place, into: &output)
        } else {
          data = try takeRequest(blocks, &line, in: input, place, into: &output)
        }
      } catch {
        output.undecoded(error)
      }
      if output.wantsLines { output.line(line, parties, from: side, at: moment) }
      guard let data, data.range.count > 0 else { return }
      takePipe(data, in: input, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }

  private mutating func takePipe(
    _ data: PipeData, in input: borrowing ByteReader, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    var file = files[data.fileID]
    guard file?.isPipe != false else { return }
    do {
      let octets = try input.sliceToEnd(data.range, "Data")
      if file == nil, DCERPC.Header.isPlausible(octets) {
        // Opened before the capture began.
        let found = SMBOpenFile(parties, name: nil, tree: "", isPipe: true)
        keep(found, as: data.fileID, into: &output)
        file = found
      }
      guard let file, let connection = file.connect(octets, "smb1") else { return }
      let session = sessions[data.userID]
      connection.account = session?.account
      connection.ticket = session?.tokens.ticket
      connection.transactionName = data.transactionName
      guard octets.bytes.count == data.range.count else {
        connection.take(octets.bytes, from: side, at: moment, into: &output)
        return
      }
      file.takePipe(octets.bytes, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }

  /// Keeps a share that was connected.
  mutating func connected(_ path: String?, as id: UInt16, _ output: borrowing Output) {
    if let path { trees.insert(path, for: id) }
    guard output.wantsLines else { return }
    lineTrees.removeAll { $0.id == id }
    if lineTrees.count < Limits.smbTrees { lineTrees.append((id, path)) }
  }

  /// The share that the yardstick gives an identifier: its own, or that of the next lower one where
  /// it has none, which says nothing; activities go by `trees`.
  func lineTree(_ id: UInt16) -> String? {
    lineTrees.filter { $0.id <= id }.max { $0.id < $1.id }?.path
  }

  mutating func keep(_ file: SMBOpenFile, as id: UInt16, into output: inout Output) {
    guard let oldest = files.insert(file, for: id) else { return }
    output.coverage[.evictions] += 1
    oldest.connection?.end(into: &output)
  }

  mutating func lost(_ side: Side) {
    files.forEach { file in
      if side == .client { file.clientPart = [] } else { file.serverPart = [] }
      file.connection?.lost()
    }
  }

  /// The connection is over: says what waits for an answer.
  mutating func end(into output: inout Output) {
    while let request = pending.removeOldest() {
      say(request, .unanswered, at: nil, into: &output)
    }
    while let file = files.removeOldest() { file.connection?.end(into: &output) }
    if let setup, !setup.isSettled {
      setup.tokens.finish(.unanswered, parties, at: setup.begun, into: &output)
    }
  }
}
