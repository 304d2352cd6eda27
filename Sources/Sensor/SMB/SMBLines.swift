import Evidence
import Wire

/// What one message says, for its line of `decode`.
struct SMB2Line {
  var header: SMB2.Header
  var tree: String?
  var file: String?
  var dialects: [UInt16] = []
  var function: SMB2.Ioctl.Function?
  var length: UInt32?
  var informationKind: UInt8?
  /// The file that an answer names itself; not written.
  var fileID: SMB2.FileID?
  /// CreateDisposition and CreateOptions of what is opened (MS-SMB2 section 2.2.13).
  var opening: (disposition: UInt32, options: UInt32)?
  /// Octets of what was opened.
  var size: UInt64?
  /// What a change of a file's information did.
  var action: SMBFile.Action?

  init(header: SMB2.Header) { self.header = header }
}

/// What one message says, for its line of `decode`.
struct SMB1Line {
  var header: SMB1.Header
  var chain: [SMB1.Command] = []
  var tree: String?
  var file: String?
  var dialects: [String] = []
  var transactionName: String?
  var transaction2Function: UInt16?
  var ntFunction: UInt16?

  init(header: SMB1.Header) { self.header = header }
}

extension Output {
  /// Writes one message; call only where ``wantsLines`` is true.
  mutating func line(
    _ line: SMB2Line, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    let header = line.header
    beginLine("smb", parties, from: side, at: moment)
    json.member("version", "smb2")
    if let name = header.command.name {
      json.member("command", "\(name)")
    } else {
      json.member("command", Int(header.command.rawValue))
    }
    json.member("response", header.isResponse)
    json.key("message_id")
    json.value(Int64(truncatingIfNeeded: header.messageID))
    json.key("session_id")
    json.hex(header.sessionID, digits: 16)
    json.member("tree_id", header.treeID.map { Int64($0) })
    json.member("tree", line.tree)
    json.member("signed", header.flags.contains(.signed))
    if header.isResponse {
      json.key("status")
      json.hex(UInt64(header.status.rawValue), digits: 8)
    }
    json.member("file", line.file)
    if !line.dialects.isEmpty {
      json.key("dialects")
      json.beginArray()
      for dialect in line.dialects { json.hex(UInt64(dialect), digits: 4) }
      json.endArray()
    }
    if let function = line.function {
      json.key("ioctl")
      json.hex(UInt64(function.rawValue), digits: 8)
    }
    json.member("length", line.length.map { Int64($0) })
    if let kind = line.informationKind {
      json.key("info_class")
      json.hex(UInt64(kind), digits: 2)
    }
    if let opening = line.opening {
      json.member("disposition", Int(opening.disposition))
      json.member("delete_on_close", opening.options & 0x1000 != 0)
    }
    json.member("size", line.size.map { Int64(clamping: $0) })
    json.member("file_action", line.action?.rawValue)
    endLine()
  }

  /// Writes one message; call only where ``wantsLines`` is true.
  mutating func line(
    _ line: SMB1Line, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    let header = line.header
    beginLine("smb", parties, from: side, at: moment)
    json.member("version", "smb1")
    json.key("command")
    json.hex(UInt64(header.command.rawValue), digits: 2)
    json.member("response", header.isResponse)
    json.member("mid", Int(header.multiplexID))
    json.member("uid", Int(header.userID))
    json.member("tid", Int(header.treeID))
    if header.isResponse { writeStatus(header) }
    if !line.chain.isEmpty {
      json.key("andx")
      json.beginArray()
      for command in line.chain { json.hex(UInt64(command.rawValue), digits: 2) }
      json.endArray()
    }
    json.member("tree", line.tree)
    json.member("file", line.file)
    json.member("trans_name", line.transactionName)
    json.member("dialects", line.dialects)
    if let function = line.transaction2Function {
      json.key("trans2_cmd")
      json.hex(UInt64(function), digits: 4)
    }
    json.member("nt_function", line.ntFunction.map { String($0) })
    endLine()
  }

  private mutating func writeStatus(_ header: SMB1.Header) {
    json.key("status")
    guard !header.usesNTStatus else {
      json.hex(UInt64(header.status), digits: 8)
      return
    }
    // As the yardstick writes a DOS error: class and code.
    let kind = hexText(UInt64(header.status & 0xFF), digits: 2)
    json.value("dos:\(kind)/\(hexText(UInt64(header.status >> 16), digits: 4))")
  }

  private func hexText(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
