import Evidence
import Wire

/// What is open on one SMB2 connection, and what waits for its answer.
struct SMB2Conversation {
  let parties: Parties
  var dialect: UInt16?
  var sessions = ArrivalTable<UInt64, SMBSessionState>(limit: Limits.smbSessions)
  var trees = ArrivalTable<TreeKey, Tree>(limit: Limits.smbTrees)
  var files = ArrivalTable<SMB2.FileID, SMBOpenFile>(limit: Limits.smbFiles)
  var pending = ArrivalTable<UInt64, Pending>(limit: Limits.pendingRequests)

  init(_ parties: Parties) { self.parties = parties }

  struct TreeKey: Hashable {
    var session: UInt64
    var tree: UInt32
  }

  struct Tree {
    var path: String
    var isPipe: Bool
  }

  /// A request whose answer is awaited.
  struct Pending {
    var command: SMB2.Command
    var side: Side
    var moment: Moment
    var sessionID: UInt64
    var treeID: UInt32?
    /// The path of a share, the name of a file.
    var name: String?
    var fileID: SMB2.FileID?
    var function: SMB2.Ioctl.Function?
    var informationKind: UInt8?
    /// What the answer will prove.
    var action: SMBFile.Action?
    var isDeletedOnClose = false
    var session: SMBSessionState?
  }

  /// What the commands of one chain hand on to those behind them.
  struct Chain {
    /// Who sent the message: a capture that begins late may have taken the server for the client.
    let side: Side
    /// When the message arrived.
    let moment: Moment
    var sessionID: UInt64 = 0
    var treeID: UInt32?
    var fileID: SMB2.FileID?
    var fileName: String?

    init(from side: Side, at moment: Moment) {
      self.side = side
      self.moment = moment
    }
  }

  /// Where in a message data for a pipe lies.
  struct PipeData {
    var fileID: SMB2.FileID
    var range: ByteRange
    var sessionID: UInt64
  }

  /// How and when a request was answered.
  struct Verdict {
    var outcome: Activity.Outcome
    /// Nil where no answer was seen.
    var moment: Moment?
  }

  // MARK: - Messages

  /// Reads one message: a chain of commands.
  mutating func take(
    _ message: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    var start = 0
    var chain = Chain(from: side, at: moment)
    for _ in 0..<Limits.smbChain {
      var input = ByteReader(message.extracting(start..<message.count), base: start)
      do {
        let header = try SMB2.Header(parsing: &input)
        var next = input.bytes.count
        if let offset = header.nextOffset, offset < next {
          next = offset
          input = ByteReader(message.extracting(start..<(start + next)), base: start)
          input.position = SMB2.Header.byteCount
        }
        if header.isResponse {
          takeResponse(header, &input, &chain, into: &output)
        } else {
          takeRequest(header, &input, &chain, into: &output)
        }
        start += next
        guard header.nextOffset != nil, start < message.count else { return }
      } catch {
        output.undecoded(error)
        return
      }
    }
  }

  /// Whether a message is the data of a file, so that its end need not be waited for.
  func isBulk(_ input: borrowing ByteReader) -> Bool {
    do {
      var reader = try input.slice(
        at: input.position, count: input.bytes.count - input.position, "message")
      let header = try SMB2.Header(parsing: &reader)
      guard header.nextCommand == 0 else { return false }
      switch header.command {
      case .write where !header.isResponse:
        return files[try SMB2.WriteRequest(parsing: &reader).fileID]?.isPipe == false
      case .read where header.isResponse:
        guard let id = pending[header.messageID]?.fileID else { return false }
        return files[id]?.isPipe == false
      default: return false
      }
    } catch {
      return false
    }
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
      sayUnanswered(request, into: &output)
    }
    while let file = files.removeOldest() { file.connection?.end(into: &output) }
    while let session = sessions.removeOldest() {
      guard !session.isSettled else { continue }
      session.tokens.finish(.unanswered, parties, at: session.begun, into: &output)
    }
  }
}
