import Evidence

extension ZeekLogs {
  /// The key under which a logon waits: one conversation logs on one account at a time.
  private static let logon: Int64 = 0

  mutating func takeNTLM(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    switch line.number("type") {
    case 2:
      conversation.challenge = ZeekConversation.Challenge(
        computer: line.text("nb_computer"), dnsComputer: line.text("dns_computer"),
        tree: line.text("dns_tree"))
    case 3:
      // The one before was never answered.
      if let earlier = conversation.answered(.ntlm) { write(earlier.row) }
      var row = ZeekLog.Row(.ntlm, conversation, at: time)
      row["username"] = line.text("user").flatMap { $0.isEmpty ? nil : $0 }
      row["hostname"] = line.text("workstation").flatMap { $0.isEmpty ? nil : $0 }
      row["domainname"] = line.text("domain").flatMap { $0.isEmpty ? nil : $0 }
      row["server_nb_computer_name"] = conversation.challenge.computer
      row["server_dns_computer_name"] = conversation.challenge.dnsComputer
      row["server_tree_name"] = conversation.challenge.tree
      row["version"] = line.text("version")
      wait(row, key: Self.logon, in: conversation)
    default: break
    }
  }

  /// The answer of the protocol that carried a logon.
  mutating func settleLogon(_ isSuccess: Bool, in conversation: ZeekConversation) {
    guard var row = conversation.answered(.ntlm)?.row else { return }
    row.set("success", isSuccess)
    write(row)
  }
}
