import Evidence

@testable import Sensor
@testable import Wire

/// Not a parser: takes captures apart and writes what is in them as seeds of the other entries, into
/// `--seeds=FOLDER/ENTRY`.
///
/// `Fuzz --entry=seeds --seeds=FOLDER CAPTURE...`
enum Seeds {
  static let entry = Entry(name: "seeds") { octets in
    guard let folder = option("seeds") else { return }
    var harvest = Harvest(folder: folder)
    harvest.take(octets)
  }
}

/// The conversations of one capture.
private struct Harvest {
  let folder: String
  private var talks: [[UInt64]: Talk] = [:]
  private var order: [[UInt64]] = []

  private struct Talk {
    let kind: any Exchange.Type
    /// The input of its entry: marked pieces.
    var pieces: [UInt8] = []
    var frames: [UInt8] = []
    var calls = CallHarvest()
  }

  /// Octets of one seed: small ones are tried more often.
  private static let seedBytes = 6_000

  init(folder: String) { self.folder = folder }

  mutating func take(_ capture: [UInt8]) {
    save(capture.prefix(Harvest.seedBytes), "capture")
    for run in Captures.runs(of: capture) {
      for packet in run.packets.prefix(20_000) {
        let frame = run.buffer[packet.offset..<(packet.offset + packet.capturedLength)]
        take(frame, packet.linkType)
      }
    }
    for key in order {
      guard let talk = talks[key] else { continue }
      save(talk.pieces[...], "talk-\(talk.kind)")
      save(talk.frames[...], "packets")
    }
  }

  private mutating func take(_ slice: ArraySlice<UInt8>, _ type: LinkType) {
    let frame = Array(slice)
    let headers: PacketHeaders
    do {
      headers = try PacketHeaders(parsing: frame.span, type)
    } catch {
      return saveHead(frame, type)
    }
    if headers.fragment != nil || order.count < 8 { saveHead(frame, type) }
    let start = headers.payloadOffset
    let payload = Array(frame[start..<(start + headers.payloadCount)])
    guard !payload.isEmpty, headers.fragment == nil else { return }
    let isSwapped = headers.sourcePort < headers.targetPort
    let ports = [headers.sourcePort, headers.targetPort].map(UInt64.init)
    let key =
      isSwapped
      ? [headers.targetHigh, headers.targetLow, headers.sourceHigh, headers.sourceLow] + ports
      : [headers.sourceHigh, headers.sourceLow, headers.targetHigh, headers.targetLow]
        + ports.reversed()
    let isTCP = headers.transport == PacketHeaders.tcp
    if talks[key] == nil {
      guard let kind = kind(of: payload, headers) else { return }
      talks[key] = Talk(kind: kind)
      order.append(key)
    }
    guard var talk = talks.removeValue(forKey: key) else { return }
    add(payload, frame, to: &talk, isTCP: isTCP, isFromServer: isSwapped, type)
    talks[key] = talk
  }

  private func add(
    _ payload: [UInt8], _ frame: [UInt8], to talk: inout Talk, isTCP: Bool, isFromServer: Bool,
    _ type: LinkType
  ) {
    let side: UInt8 = (isFromServer ? 1 : 0) | (isTCP ? 0 : 0x80)
    if talk.pieces.count + payload.count < Harvest.seedBytes {
      if !talk.pieces.isEmpty { talk.pieces += Pieces.mark }
      talk.pieces += [side, 128, 1] + payload
      if let index = Captures.linkTypes.firstIndex(of: type) {
        if !talk.frames.isEmpty { talk.frames += Pieces.mark }
        talk.frames += [UInt8(index), 0, 1] + frame
      }
    }
    let parsers = ParserSeeds.entries["\(talk.kind)"] ?? []
    for parser in parsers { save(payload.dropFirst(isTCP ? parser.skip : 0), parser.entry) }
    for (entry, seed) in ParserSeeds.tokens(in: payload) { save(seed, entry) }
    for seed in talk.calls.take(payload) { save(seed[...], "rpc-calls") }
  }

  private func kind(of payload: [UInt8], _ headers: PacketHeaders) -> (any Exchange.Type)? {
    let transport: Activity.Transport = headers.transport == PacketHeaders.tcp ? .tcp : .udp
    return Protocols.all.first { kind in
      let ports = transport == .tcp ? kind.tcpPorts : kind.udpPorts
      let isOnPort = ports.contains(headers.sourcePort) || ports.contains(headers.targetPort)
      return kind.recognises(payload.span, transport, isOnPort: isOnPort)
    }
  }

  private func saveHead(_ frame: [UInt8], _ type: LinkType) {
    let number = type.rawValue
    let kind = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    save((kind + frame.prefix(200))[...], "link")
  }

  private func save(_ seed: ArraySlice<UInt8>, _ entry: String) {
    guard !seed.isEmpty, seed.count <= 2 * Harvest.seedBytes else { return }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in seed { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    Captures.write(Array(seed), to: "\(folder)/\(entry)/\(String(hash, radix: 16))")
  }
}

/// Calls among payloads: what a bind said of contexts, and the stubs of requests and answers.
private struct CallHarvest {
  private var interfaces: [UInt16: (row: UInt8, isNDR64: Bool)] = [:]
  private var asked: [UInt32: [UInt8]] = [:]

  private static let rows = DCERPCInterfaces.table.map { DCERPCInterfaces.interface($0)?.id }

  /// Seeds of the entry `rpc-calls` that a payload completes.
  mutating func take(_ payload: [UInt8]) -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for start in payload.indices where start + 16 <= payload.count {
      guard payload[start] == 5, payload[start + 1] == 0, payload[start + 4] == 0x10 else {
        continue
      }
      do {
        if let seed = try take(payload[start...]) { seeds.append(seed) }
      } catch {
        continue
      }
    }
    return seeds
  }

  private mutating func take(_ slice: ArraySlice<UInt8>) throws(ParseFailure) -> [UInt8]? {
    let octets = Array(slice)
    var input = ByteReader(octets.span)
    let header = try DCERPC.Header(parsing: &input)
    switch header.kind {
    case .bind, .alterContext:
      for context in try DCERPC.Bind(parsing: &input, of: header).contexts {
        guard let row = CallHarvest.rows.firstIndex(of: context.interface.id) else { continue }
        let isNDR64 = context.transferSyntaxes.first.map { $0.id.high >> 32 == 0x7171_0533 }
        interfaces[context.id] = (UInt8(truncatingIfNeeded: row), isNDR64 ?? false)
      }
    case .request where header.authenticationLength == 0:
      let request = try DCERPC.Request(parsing: &input, of: header)
      var stub = try input.slice(request.stub, "stub")
      guard let (row, isNDR64) = interfaces[request.contextID] else { return nil }
      let operation = UInt8(truncatingIfNeeded: request.operation)
      let seed = [row, operation, isNDR64 ? 1 : 0] + stub.array()
      asked[header.callID] = seed
      return seed
    case .response where header.authenticationLength == 0:
      let response = try DCERPC.Response(parsing: &input, of: header)
      var stub = try input.slice(response.stub, "stub")
      guard let seed = asked[header.callID] else { return nil }
      return seed + Pieces.mark + [1, 0, 0] + stub.array()
    default: break
    }
    return nil
  }
}

/// What the entries of single parsers begin with.
private enum ParserSeeds {
  /// By exchange: the entry that reads its messages, and the octets of length before each in a
  /// stream.
  static let entries: [String: [(entry: String, skip: Int)]] = [
    "KerberosExchange": [("kerberos", 4), ("framing", 0)],
    "PasswordExchange": [("kerberos-password", 4)],
    "DNSExchange": [("dns", 2), ("framing", 0)],
    "NameServiceExchange": [("nbns", 0)],
    "LDAPExchange": [("ldap", 0), ("ldap-secured", 0), ("framing", 0)],
    "HTTPExchange": [("http", 0), ("framing", 0)],
    "TDSExchange": [("tds", 0)],
    "RPCExchange": [("dcerpc", 0)],
    "SMBExchange": [("framing", 0)],
  ]

  /// Pieces known by how they begin, wherever they are.
  private static let beginnings: [(entry: String, octets: [UInt8])] = [
    ("ntlm", Array("NTLMSSP".utf8)), ("spnego", [0x60, 0x82]), ("spnego", [0xA1, 0x81]),
    ("kerberos", [0x6E, 0x82]), ("kerberos", [0x6F, 0x81]), ("dcerpc", [5, 0, 11, 3, 0x10]),
    ("dcerpc", [5, 0, 12, 3, 0x10]), ("dcerpc", [5, 0, 0, 3, 0x10]),
    ("smb2-compressed", [0xFC, 0x53, 0x4D, 0x42]), ("x509", [0x30, 0x82]),
    ("ldap-filter", [0xA0, 0x30]),
    ("ldap-filter", [0xA3]), ("ldap-filter", [0xA9]), ("ldap-netlogon", [0x17, 0, 0, 0]),
  ]

  static func tokens(in payload: [UInt8]) -> [(String, ArraySlice<UInt8>)] {
    var found: [(String, ArraySlice<UInt8>)] = []
    for (entry, octets) in beginnings {
      guard
        let start = payload.indices.first(where: { payload[$0...].starts(with: octets) })
      else { continue }
      found.append((entry, payload[start...].prefix(4_000)))
    }
    return found
  }
}
