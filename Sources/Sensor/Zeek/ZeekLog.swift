import Evidence

/// A log in the form of Zeek's ASCII writer: tab-separated, with its columns named at the head.
///
/// The times of its head and foot are those of its first and last row, not of the clock: the same
/// capture gives the same octets.
public struct ZeekLog: Sendable {
  /// One column; the type is a word of Zeek's language.
  struct Column: Sendable {
    let name: String
    let type: String
  }

  /// The logs that are written, by the name of their file.
  enum Kind: String, CaseIterable, Sendable {
    case kerberos, ntlm, dns
    case rpc = "dce_rpc"
    case smbFiles = "smb_files"
    case smbMapping = "smb_mapping"
    case ldap
    case ldapSearch = "ldap_search"
  }

  let kind: Kind
  private(set) var bytes: [UInt8] = []
  /// Whether the head was written: a log without rows is no file.
  private var isOpen = false
  private var first = Int64.max
  private var last = Int64.min

  init(_ kind: Kind) { self.kind = kind }

  /// Rows since the last call, with the head before the first of them.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  mutating func add(_ row: Row) {
    first = min(first, row.time.seconds)
    last = max(last, row.time.seconds)
    if !isOpen { writeHead() }
    write(row.time.epochText.dropLast(3))
    for (column, value) in zip(kind.columns.dropFirst(), row.values) {
      bytes.append(0x09)
      write(value, in: column)
    }
    bytes.append(0x0A)
  }

  /// Writes the foot of a log that has rows.
  mutating func close() {
    guard isOpen else { return }
    write("#close\t\(Self.stamp(last))\n")
    isOpen = false
  }

  private mutating func writeHead() {
    isOpen = true
    write("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n")
    write("#path\t\(kind.rawValue)\n#open\t\(Self.stamp(first))\n")
    write("#fields\t\(kind.columns.map(\.name).joined(separator: "\t"))\n")
    write("#types\t\(kind.columns.map(\.type).joined(separator: "\t"))\n")
  }

  private mutating func write(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

  private mutating func write(_ value: Row.Value?, in column: Column) {
    switch value {
    case nil: write("-")
    case .text(let text): write(escaping: text, isElement: false)
    case .list(let texts):
      if texts.isEmpty { write("(empty)") }
      for (index, text) in texts.enumerated() {
        if index > 0 { write(",") }
        write(escaping: text, isElement: true)
      }
    }
  }

  /// A text that must not be taken for a separator, an empty or an absent value.
  private mutating func write(escaping text: String, isElement: Bool) {
    if text.isEmpty { return write("(empty)") }
    if text == "-" { return write("\\x2d") }
    for octet in text.utf8 {
      switch octet {
      case UInt8(ascii: "\\"): write("\\\\")
      case 0..<0x20, 0x7F: write(hex: octet)
      case UInt8(ascii: ",") where isElement: write(hex: octet)
      default: bytes.append(octet)
      }
    }
  }

  private mutating func write(hex octet: UInt8) {
    let digits = String(octet, radix: 16)
    write(octet < 16 ? "\\x0\(digits)" : "\\x\(digits)")
  }

  /// A second in the form of `#open` and `#close`.
  private static func stamp(_ second: Int64) -> String {
    let text = Instant(seconds: second).description
    let digits = text.utf8.prefix(19).map { (0x30...0x39).contains($0) ? $0 : UInt8(ascii: "-") }
    return String(decoding: digits, as: UTF8.self)
  }
}

extension ZeekLog {
  /// One row; the values are those behind the time, in the order of the columns.
  struct Row: Sendable {
    enum Value: Sendable {
      case text(String)
      case list([String])
    }

    let kind: Kind
    var time: Instant
    fileprivate(set) var values: [Value?]

    /// A row of a conversation: its first six columns.
    init(_ kind: Kind, _ conversation: ZeekConversation, at time: Instant) {
      self.kind = kind
      self.time = time
      values = Array(repeating: nil, count: kind.columns.count - 1)
      values[0] = .text(conversation.uid)
      values[1] = .text(conversation.client)
      values[2] = .text(String(conversation.clientPort))
      values[3] = .text(conversation.server)
      values[4] = .text(String(conversation.serverPort))
    }

    private func place(_ column: String) -> Int? {
      kind.columns.firstIndex { $0.name == column }.map { $0 - 1 }
    }

    /// A column's text; nil leaves it unset.
    subscript(column: String) -> String? {
      get {
        if let place = place(column), case .text(let text)? = values[place] { text } else { nil }
      }
      set {
        if let place = place(column) { values[place] = newValue.map { .text($0) } }
      }
    }

    mutating func set(_ column: String, _ texts: [String]) {
      if let place = place(column), !texts.isEmpty { values[place] = .list(texts) }
    }

    mutating func set(_ column: String, _ flag: Bool) { self[column] = flag ? "T" : "F" }

    mutating func set(_ column: String, _ number: Int64?) { self[column] = number.map(String.init) }

    /// Time between question and answer.
    mutating func setRoundTrip(to end: Instant) {
      let (difference, overflow) = end.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
      guard !overflow, difference >= 0 else { return }
      self["rtt"] = String(Instant(nanoseconds: difference).epochText.dropLast(3))
    }
  }
}

extension ZeekLog.Kind {
  private static let common =
    "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port "

  /// In Zeek's order (its scripts under `base/protocols`); columns of our own stand at the end.
  var columns: [ZeekLog.Column] { Self.table[self] ?? [] }

  private static let table: [ZeekLog.Kind: [ZeekLog.Column]] = Dictionary(
    uniqueKeysWithValues: allCases.map { kind in
      let columns = (common + kind.row).split(separator: " ").map { field in
        let parts = field.split(separator: ":", maxSplits: 1)
        return ZeekLog.Column(name: String(parts[0]), type: String(parts[1]))
      }
      return (kind, columns)
    })

  private var row: String {
    switch self {
    case .kerberos:
      "request_type:string client:string service:string success:bool error_msg:string from:time "
        + "till:time cipher:string forwardable:bool renewable:bool client_cert_subject:string "
        + "client_cert_fuid:string server_cert_subject:string server_cert_fuid:string "
        + "etypes_offered:vector[count] kdc_options:string"
    case .ntlm:
      "username:string hostname:string domainname:string server_nb_computer_name:string "
        + "server_dns_computer_name:string server_tree_name:string success:bool version:string"
    case .dns:
      "proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string "
        + "qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool "
        + "RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool opcode:count "
        + "opcode_name:string"
    case .rpc:
      "rtt:interval named_pipe:string endpoint:string operation:string opnum:count uuid:string "
        + "auth_level:count"
    case .smbFiles:
      "fuid:string action:enum path:string name:string size:count prev_name:string "
        + "times.modified:time times.accessed:time times.created:time times.changed:time"
    case .smbMapping:
      "path:string service:string native_file_system:string share_type:string"
    case .ldap:
      "message_id:int version:int opcode:string result:string diagnostic_message:string "
        + "object:string argument:string"
    case .ldapSearch:
      "message_id:int scope:string deref_aliases:string base_object:string result_count:count "
        + "result:string diagnostic_message:string filter:string attributes:vector[string]"
    }
  }
}
