/// What Wireshark says of a capture beside what we say, message by message.
///
/// Messages are aligned within one direction of a conversation, by the keys that name them; aligned
/// ones are compared in the keys that both are held to.
struct Agreement {
  /// A message of theirs that ours does not agree with.
  struct Difference: Hashable {
    var proto: String
    var frame: Int
    /// Keys with another value; empty where the message is missing.
    var keys: Set<String>
  }

  private(set) var count = 0
  private(set) var differences: [Difference] = []

  init(theirs: [Message], ours: [Message]) {
    let groups = Dictionary(grouping: ours) { Self.group($0) }
    for (group, theirs) in Dictionary(grouping: theirs, by: { Self.group($0) }) {
      guard let proto = group.first, let keys = Self.compared[proto] else { continue }
      let ours = groups[group] ?? []
      let pairs = Self.align(theirs, ours, Self.named[proto] ?? [])
      for (index, message) in theirs.enumerated() {
        count += 1
        let other = pairs[index].map { ours[$0] }
        let differing = keys.filter { key in
          guard let value = message[key], let other else { return false }
          return !Self.agree(key, value, other[key])
        }
        guard other == nil || !differing.isEmpty else { continue }
        differences.append(
          Difference(
            proto: proto, frame: message.number("frame") ?? 0, keys: Set(differing)))
      }
    }
  }

  // MARK: - Alignment

  private static func group(_ message: Message) -> [String] {
    ["proto", "transport", "src", "sport", "dst", "dport"].map { message.word($0) ?? "" }
  }

  /// For each of theirs the place of ours.
  private static func align(
    _ theirs: [Message], _ ours: [Message], _ keys: [String]
  ) -> [Int: Int] {
    func name(_ message: Message) -> [JSON] {
      keys.map { message[$0].map(plain) ?? .null }
    }
    let change = ours.map(name).difference(from: theirs.map(name))
    var gone: Set<Int> = []
    var new: Set<Int> = []
    for step in change {
      switch step {
      case .remove(let offset, _, _): gone.insert(offset)
      case .insert(let offset, _, _): new.insert(offset)
      }
    }
    var pairs: [Int: Int] = [:]
    var (left, right) = (0, 0)
    while left < theirs.count || right < ours.count {
      // Between messages that are the same, what is left over is taken in its order.
      var (lefts, rights): ([Int], [Int]) = ([], [])
      while left < theirs.count, gone.contains(left) { lefts.append(left); left += 1 }
      while right < ours.count, new.contains(right) { rights.append(right); right += 1 }
      for (one, other) in zip(lefts, rights) { pairs[one] = other }
      guard left < theirs.count, right < ours.count else { break }
      pairs[left] = right
      left += 1
      right += 1
    }
    return pairs
  }

  // MARK: - Comparison

  /// Types of records whose data is compared.
  private static let dataTypes: Set<Double> = [1, 2, 5, 6, 12, 15, 28, 33]

  private static func agree(_ key: String, _ theirs: JSON, _ ours: JSON?) -> Bool {
    guard let ours else { return false }
    switch (key, theirs, ours) {
    case ("answers", .list(let theirs), .list(let ours)),
      ("updates", .list(let theirs), .list(let ours)):
      return theirs.count == ours.count && zip(theirs, ours).allSatisfy(sameRecord)
    case ("filter", .text(let theirs), .text(let ours)):
      return theirs.filter { $0 != " " }.lowercased() == ours.filter { $0 != " " }.lowercased()
    case (_, .object(let theirs), .object(let ours)):
      return theirs.allSatisfy { plain($0.value) == ours[$0.key].map(plain) }
    case (_, .list(let theirs), .list(let ours)):
      return theirs.count == ours.count && zip(theirs, ours).allSatisfy { agree("", $0, $1) }
    default: return plain(theirs) == plain(ours)
    }
  }

  private static func sameRecord(_ theirs: JSON, _ ours: JSON) -> Bool {
    guard case .object(let theirs) = theirs, case .object(let ours) = ours else { return false }
    for key in ["name", "type", "ttl"] {
      if let value = theirs[key], plain(value) != ours[key].map(plain) { return false }
    }
    guard case .number(let type)? = theirs["type"], dataTypes.contains(type),
      let data = theirs["data"]
    else { return true }
    return plain(data).word.lowercased() == ours["data"].map { plain($0).word.lowercased() }
  }

  /// Texts with `?` for what is not printable, hex in lower case.
  private static func plain(_ value: JSON) -> JSON {
    switch value {
    case .text(let text):
      let shown = String(
        text.unicodeScalars.map { (32..<127).contains($0.value) ? Character($0) : "?" })
      return .text(shown.lowercased().hasPrefix("0x") ? shown.lowercased() : shown)
    case .list(let list): return .list(list.map(plain))
    case .object(let members): return .object(members.mapValues(plain))
    default: return value
    }
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map { String($0) }
  }

  /// The keys by which messages are aligned.
  private static let named: [String: [String]] = [
    "kerberos": "msg cname sname nonce error_code", "ntlmssp": "type user server_challenge",
    "dns": "id qr questions ancount", "nbns": "id qr name",
    "dcerpc": "ptype call_id opnum frag_len",
    "smb": "version command response message_id mid size", "ldap": "op message_id sasl_len",
    "cldap": "op message_id",
  ].mapValues(words)

  private static let compared: [String: [String]] = [
    "kerberos":
      "carrier msg cname realm crealm sname padata kdc_options till nonce etypes enc_part_etype "
      + "ticket_realm ticket_etype ticket_cipher_len ticket_kvno error_code etype_info2 "
      + "pa_enc_timestamp_etype authenticator_etype ap_options tgt additional_tickets include_pac "
      + "pac_options s4u2self_user s4u2self_realm",
    "ntlmssp":
      "carrier type flags domain user workstation server_challenge target_name nb_computer "
      + "nb_domain dns_computer dns_domain dns_tree version nt_len lm_len target_spn",
    "dns":
      "variant id qr opcode rcode flags qdcount ancount nscount arcount questions answers updates",
    "nbns": "id qr opcode name type addr rcode",
    "dcerpc":
      "rpc_transport ptype call_id iface opnum ctx_id auth_type auth_level object pipe contexts "
      + "results frag_len first_frag last_frag fault_status",
    "smb":
      "version command response message_id mid session_id uid tree_id tid status tree file dialects "
      + "ioctl length info_class trans2_cmd trans_name nt_function size andx",
    "ldap":
      "op message_id sasl_wrapped sasl_len attributes result_code object scope size_limit filter "
      + "base version bind_dn auth mechanism controls operations",
    "cldap":
      "op message_id attributes result_code object scope size_limit filter base nl_domain nl_forest "
      + "nl_hostname nl_nb_domain nl_nb_hostname nl_user nl_server_site nl_client_site",
  ].mapValues(words)
}
