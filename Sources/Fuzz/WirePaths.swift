import Wire

/// Parsers that need more than octets: a header before the body, a link type, a stream's length.
enum WirePaths {
  static let all: [Entry] = [
    Entry(name: "dcerpc") { octets in
      attempt(octets) { try rpc(&$0) }
    },
    Entry(name: "tds") { octets in
      attempt(octets) { input in
        _ = try TDS.Header(parsing: &input)
        _ = try TDS.loginToken(in: input).remaining
      }
      attempt(octets) { input in
        var verdict = TDS.Verdict.none
        _ = try TDS.loginAnswer(in: input, verdict: &verdict).remaining
      }
    },
    Entry(name: "framing") { octets in
      let input = ByteReader(octets.span)
      _ = DNS.streamedByteCount(at: input)
      _ = HTTP.beginsMessage(octets.span)
      attempt(octets) { try SessionHeader(parsing: &$0) }
      attempt(octets) { try $0.elementByteCount("element") }
      attempt(octets) { try LDAP.SecuredBuffer.byteCount(at: $0) }
      attempt(octets) { try HTTP.headByteCount(in: $0.bytes) }
      attempt(octets) { try HTTP.chunk(in: $0.bytes)?.dataByteCount }
    },
    Entry(name: "link") { octets in
      // The first two octets choose the link type; the known ones are small numbers.
      guard octets.count > 2 else { return }
      let type = LinkType(rawValue: UInt16(octets[0]) | UInt16(octets[1]) << 8)
      attempt(Array(octets.dropFirst(2))) { input in
        let headers = try PacketHeaders(parsing: input.bytes, type)
        let end = headers.payloadOffset + headers.payloadCount
        hold(
          headers.payloadOffset >= 0 && headers.payloadCount >= 0, "a payload is somewhere")
        hold(end <= input.bytes.count, "a payload lies in its frame")
      }
    },
  ]

  private static func attempt<Value>(
    _ octets: [UInt8], _ parse: (inout ByteReader) throws -> Value
  ) {
    var input = ByteReader(octets.span)
    do {
      _ = try parse(&input)
    } catch {
      let failure = error as? ParseFailure
      hold(failure.map { $0.offset >= 0 } ?? false, "a failure names an octet: \(error)")
    }
  }

  private static func rpc(_ input: inout ByteReader) throws(ParseFailure) {
    let header = try DCERPC.Header(parsing: &input)
    _ = try DCERPC.Authentication(of: header, in: input)
    var stub = ByteRange.empty
    switch header.kind {
    case .bind, .alterContext: _ = try DCERPC.Bind(parsing: &input, of: header)
    case .bindAcknowledgement, .alterContextResponse:
      _ = try DCERPC.BindAcknowledgement(parsing: &input, of: header)
    case .bindRefusal: _ = try DCERPC.BindRefusal(parsing: &input, of: header)
    case .request: stub = try DCERPC.Request(parsing: &input, of: header).stub
    case .response: stub = try DCERPC.Response(parsing: &input, of: header).stub
    case .fault: _ = try DCERPC.Fault(parsing: &input, of: header)
    default: break
    }
    _ = try input.slice(stub, "stub").remaining
  }
}
