import Evidence
import Wire

/// The lines of `decode` for NTLM messages.
extension Output {
  /// Writes one message; call only where ``wantsLines`` is true.
  mutating func line(
    _ message: NTLM.Message, carrier: Carrier, _ parties: Parties, from side: Side,
    at moment: Moment
  ) {
    beginLine("ntlmssp", parties, from: side, at: moment)
    json.member("carrier", carrier.rawValue)
    switch message {
    case .negotiate(let message): json.members(of: message)
    case .challenge(let message): json.members(of: message)
    case .authenticate(let message): json.members(of: message)
    }
    endLine()
  }
}

extension JSONWriter {
  fileprivate mutating func members(of message: NTLM.Negotiate) {
    members(type: 1, "NEGOTIATE", message.flags)
    member("domain", nonEmpty: message.domain)
    member("workstation", nonEmpty: message.workstation)
  }

  fileprivate mutating func members(of message: NTLM.Challenge) {
    members(type: 2, "CHALLENGE", message.flags)
    member("server_challenge", message.serverChallenge?.hexDigits)
    member("target_name", nonEmpty: message.targetName)
    member("nb_computer", nonEmpty: message.target.computer)
    member("nb_domain", nonEmpty: message.target.domain)
    member("dns_computer", nonEmpty: message.target.dnsComputer)
    member("dns_domain", nonEmpty: message.target.dnsDomain)
    member("dns_tree", nonEmpty: message.target.dnsTree)
  }

  /// The lengths are those of the responses.
  ///
  /// Where a response is empty, the yardstick counts the eight octets of its descriptor: an anonymous
  /// logon has `nt_len` 0 here and 8 there.
  fileprivate mutating func members(of message: NTLM.Authenticate) {
    members(type: 3, "AUTHENTICATE", message.flags)
    member("domain", message.domain)
    member("user", message.user)
    member("workstation", message.workstation)
    member("nt_len", message.ntByteCount)
    member("lm_len", message.lmByteCount)
    member("version", message.response.text)
    if message.hasMIC { member("mic", true) }
    guard let attributes = message.clientChallenge?.attributes else { return }
    member("target_spn", attributes.targetName.flatMap { $0.isEmpty ? nil : $0 })
    member("av_pairs", attributes.identifiers)
    member("av_flags", attributes.flags.map { Int64($0) })
    member("machine_id", attributes.singleHost?.machine.hexDigits)
    member("permanent_machine_id", attributes.singleHost?.permanentMachine?.hexDigits)
  }

  private mutating func members(type: Int, _ name: String, _ flags: NTLM.Flags?) {
    member("type", type)
    member("msg", name)
    guard let flags else { return }
    key("flags")
    hex(UInt64(flags.rawValue), digits: 8)
  }

  private mutating func member(_ name: String, nonEmpty text: String) {
    if !text.isEmpty { member(name, text) }
  }
}

extension NTLM.ResponseVersion {
  /// As the yardstick's files have it; nil where no version has the length.
  fileprivate var text: String? {
    switch self {
    case .none: "none"
    case .lm: "LM-only"
    case .v1: "NTLMv1"
    case .v1ExtendedSessionSecurity: "NTLMv1-ESS"
    case .v2: "NTLMv2"
    case .unknown: nil
    }
  }
}

extension NTLM.MachineID {
  /// 64 hex digits.
  var hexDigits: String { high.hexDigits + low.hexDigits }
}

extension FixedWidthInteger {
  /// All digits of an unsigned number in hex, without a prefix.
  fileprivate var hexDigits: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
  }
}
