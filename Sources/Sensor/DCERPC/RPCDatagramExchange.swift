import Evidence
import Wire

/// Remote calls over UDP: the connectionless protocol (C706 section 12.5), on the endpoint mapper's
/// port and whatever port it names.
///
/// Each packet names its interface, so that nothing is bound before.
final class RPCDatagramExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [135]

  private let parties: Parties
  private var calls = ArrivalTable<Key, Call>(limit: Limits.pendingRequests)
  private var memory = RPCMemory()

  /// What tells calls apart: who calls, and which of its calls (C706 section 9.5.2).
  private struct Key: Hashable {
    var activity: GUID
    var sequence: UInt32
  }

  /// A call whose answer is awaited.
  private struct Call {
    var side: Side
    var moment: Moment
    var datagram: DCERPC.Datagram
    var facts = RPCMemory.Facts()
  }

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    transport == .udp && DCERPC.Datagram.isPlausible(ByteReader(bytes))
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    output.coverage[.rpcMessages] += 1
    var input = ByteReader(bytes)
    do {
      let datagram = try DCERPC.Datagram(parsing: &input)
      var status: UInt32?
      if datagram.kind == .fault || datagram.kind == .reject {
        status = try datagram.status(in: input)
      }
      if output.wantsLines {
        output.line(datagram, status: status, parties, from: side, at: moment)
      }
      try take(datagram, status, in: input, Place(side: side, moment: moment), into: &output)
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {
    while let call = calls.removeOldest() {
      say(call, .unanswered, end: nil, into: &output)
    }
  }

  private func take(
    _ datagram: DCERPC.Datagram, _ status: UInt32?, in input: borrowing ByteReader,
    _ place: Place, into output: inout Output
  ) throws(ParseFailure) {
    let key = Key(activity: datagram.activity, sequence: datagram.sequence)
    switch datagram.kind {
    case .request:
      guard calls[key] == nil else { return }
      var call = Call(side: place.side, moment: place.moment, datagram: datagram)
      // A fragment's arguments go on in the next; under authentication they may be sealed.
      if !datagram.isFragment, datagram.authentication == 0 {
        call.facts = try facts(of: datagram, in: input)
      }
      guard let oldest = calls.insert(call, for: key) else { return }
      output.coverage[.evictions] += 1
      say(oldest, .unanswered, end: nil, into: &output)
    case .response:
      guard let call = calls.remove(key) else { return }
      say(call, .success, end: place.moment, into: &output)
    case .fault, .reject:
      guard let call = calls.remove(key) else { return }
      say(call, .failure(code: status ?? 0), end: place.moment, into: &output)
    default: break
    }
  }

  private func facts(
    of datagram: DCERPC.Datagram, in input: borrowing ByteReader
  ) throws(ParseFailure) -> RPCMemory.Facts {
    guard let kind = RPCMemory.Kind(datagram.interface) else { return RPCMemory.Facts() }
    let stub = try input.slice(datagram.body, "body")
    var reader = NDRReader(stub, isLittleEndian: datagram.isLittleEndian)
    do {
      return try memory.facts(of: datagram.operation, kind, &reader)
    } catch {
      return RPCMemory.Facts()
    }
  }

  private func say(
    _ call: Call, _ outcome: Activity.Outcome, end: Moment?, into output: inout Output
  ) {
    guard output.wantsActivities else { return }
    let (source, target) = parties.route(from: call.side)
    let interface = call.datagram.interface
    let detail = RPCCall(
      interface: RPCInterface(high: interface.high, low: interface.low),
      opnum: call.datagram.operation,
      operation: DCERPCInterfaces.operation(call.datagram.operation, of: interface), pipe: nil,
      authenticationType: call.datagram.authentication, authenticationLevel: 0,
      arguments: call.facts.arguments, status: nil)
    output.add(
      Activity(
        time: call.moment.time, end: end?.time ?? call.moment.time, source: source, target: target,
        transport: .udp, outcome: outcome,
        proof: Activity.Proof(
          capture: call.moment.capture, request: call.moment.packet, answer: end?.packet ?? 0),
        detail: .rpc(detail)))
  }
}

extension Output {
  /// Writes one packet; call only where ``wantsLines`` is true.
  fileprivate mutating func line(
    _ datagram: DCERPC.Datagram, status: UInt32?, _ parties: Parties, from side: Side,
    at moment: Moment
  ) {
    beginLine("dcerpc", parties, from: side, at: moment)
    json.member("rpc_transport", "udp")
    json.member("rpc_version", 4)
    if let name = datagram.kind.name {
      json.member("ptype", "\(name)")
    } else {
      json.member("ptype", Int(datagram.kind.rawValue))
    }
    json.member("iface", datagram.interface.description)
    json.member("iface_name", DCERPCInterfaces.find(datagram.interface)?.name)
    json.member("opnum", Int(datagram.operation))
    json.member("seq", Int64(datagram.sequence))
    if datagram.object != GUID.zero { json.member("object", datagram.object.description) }
    if let status {
      json.key("fault_status")
      json.hex(UInt64(status), digits: 8)
    }
    endLine()
  }
}
