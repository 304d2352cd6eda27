import Evidence

extension ZeekLogs {
  mutating func takeSMB(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    guard line.flag("response") == true, let status = line.hex("status") else { return }
    let isSuccess = status == 0
    switch line.text("command") {
    // STATUS_MORE_PROCESSING_REQUIRED: the logon goes on.
    case "session_setup", "0x73":
      if status != 0xC000_0016 { settleLogon(isSuccess, in: conversation) }
    case "tree_connect" where isSuccess, "0x75" where isSuccess:
      map(line, conversation, at: time)
    case "create" where isSuccess, "0xa2" where isSuccess:
      note("SMB::FILE_OPEN", line, conversation, at: time)
    case "set_info" where isSuccess:
      switch line.text("file_action") {
      case "rename": note("SMB::FILE_RENAME", line, conversation, at: time)
      case "delete": note("SMB::FILE_DELETE", line, conversation, at: time)
      default: break
      }
    default: break
    }
  }

  private mutating func map(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    guard let path = line.text("tree") else { return }
    var row = ZeekLog.Row(.smbMapping, conversation, at: time)
    row["path"] = path
    row["share_type"] = SMBOpenFile.isPipeShare(path) ? "PIPE" : "DISK"
    write(row)
  }

  /// What was done to a file; pipes have their calls in `dce_rpc`.
  private mutating func note(
    _ action: String, _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    guard let tree = line.text("tree"), !SMBOpenFile.isPipeShare(tree) else { return }
    var row = ZeekLog.Row(.smbFiles, conversation, at: time)
    row["action"] = action
    row["path"] = tree
    let name = line.text("file") ?? ""
    row["name"] = name.isEmpty ? "<share_root>" : name
    row.set("size", line.number("size"))
    write(row)
  }
}
