import Evidence
import Wire

/// One association of remote calls: a TCP connection, or an open named pipe.
///
/// It is given fragments whole and in order. Calls are paired by their identifier; what was bound
/// before the capture began stays unknown, and the calls are kept with their bare number.
final class RPCConnection {
  let carriage: Carriage
  /// What the lines of `decode` name the pipe where the message around has another name for it: a
  /// transaction of SMB1 is sent to `\PIPE\`, whichever pipe it means, and the yardstick has that.
  var transactionName: String?
  /// Who is logged on to the session around a pipe.
  var account: AccountName?
  /// The ticket that opened that session.
  var ticket: Ticket?
  private let parties: Parties
  private var security = RPCSecurity()
  /// How often octets were lost.
  private var losses: UInt32 = 0
  private var contexts = ArrivalTable<UInt16, Presentation>(limit: Limits.rpcContexts)
  /// Offered in the last bind or alter_context, for the answer names them by their place.
  private var offered: [DCERPC.Context] = []
  private var calls = ArrivalTable<UInt32, Call>(limit: Limits.pendingRequests)
  private var memory = RPCMemory()
  /// The operations of calls that were answered, for lines alone: what comes under the same number
  /// once more, a fragment behind a hole say, is named as the yardstick names it.
  private var answered = ArrivalTable<UInt32, UInt16>(limit: Limits.pendingRequests)

  init(_ carriage: Carriage, _ parties: Parties) {
    self.carriage = carriage
    self.parties = parties
  }

  /// An interface under its number on this connection.
  private struct Presentation {
    var interface: GUID
    var isNDR64: Bool
    /// What we know of it.
    let known: DCERPCInterfaces.Interface?
    /// How its arguments are read; nil where they are not.
    let kind: RPCMemory.Kind?

    init(interface: GUID, isNDR64: Bool) {
      self.interface = interface
      self.isNDR64 = isNDR64
      known = DCERPCInterfaces.find(interface)
      kind = RPCMemory.Kind(interface)
    }
  }

  /// A call whose answer is awaited.
  private struct Call {
    /// Who calls; servers call back on some connections.
    var side: Side
    var moment: Moment
    var contextID: UInt16
    var operation: UInt16
    var object: GUID?
    var level: DCERPC.Authentication.Level
    var kind: DCERPC.Authentication.Kind
    /// The security context, where the request names one.
    var securityID: UInt32
    var facts = RPCMemory.Facts()
    /// The fragments of the request, then those of the answer.
    var stub: [UInt8] = []
    /// Whether a fragment was missed, or there were more octets than we keep.
    var isCut = false
    /// Of the connection, when the call began.
    var losses: UInt32

    /// Keeps a fragment's stub, up to the limit.
    mutating func collect(_ fragment: consuming ByteReader) {
      guard stub.count + fragment.remaining <= Limits.rpcStubBytes else {
        isCut = true
        return
      }
      stub += fragment.array()
    }
  }

  // MARK: - Fragments

  /// Reads one whole fragment.
  func take(
    _ fragment: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    output.coverage[.rpcMessages] += 1
    var input = ByteReader(fragment)
    do {
      var line = RPCLine(header: try DCERPC.Header(parsing: &input))
      do {
        try take(&input, &line, from: side, at: moment, into: &output)
      } catch {
        // A body that is cut leaves what its header says.
        output.undecoded(error)
        if !line.isSaid { say(&line, from: side, at: moment, into: &output) }
      }
    } catch {
      output.undecoded(error)
    }
  }

  /// Reads what follows a header.
  private func take(
    _ input: inout ByteReader, _ line: inout RPCLine, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) {
    let header = line.header
    if input.bytes.count >= Int(header.fragmentLength) {
      line.trailer = try DCERPC.Authentication(of: header, in: input)
    }
    switch header.kind {
    case .bind, .alterContext:
      let bind = try DCERPC.Bind(parsing: &input, of: header)
      take(bind)
      line.contexts = bind.contexts
      line.interface = bind.contexts.first?.interface.id
    case .bindAcknowledgement, .alterContextResponse:
      let answer = try DCERPC.BindAcknowledgement(parsing: &input, of: header)
      take(answer)
      line.results = answer.results
      let address = answer.secondaryAddress
      line.secondaryAddress = address.isEmpty ? nil : address
    case .bindRefusal:
      security.finish(.failure(code: 0), of: nil, parties, at: moment, into: &output)
    case .request:
      let request = try DCERPC.Request(parsing: &input, of: header)
      line.interface = contexts[request.contextID]?.interface
      line.contextID = request.contextID
      line.operation = request.operation
      line.object = request.object
      say(&line, from: side, at: moment, into: &output)
      let place = Place(side: side, moment: moment)
      try take(request, of: line, in: input, place, into: &output)
      return
    case .response:
      let response = try DCERPC.Response(parsing: &input, of: header)
      complete(&line, contextID: response.contextID, output)
      say(&line, from: side, at: moment, into: &output)
      try take(response, of: line, in: input, at: moment, into: &output)
      return
    case .fault:
      let fault = try DCERPC.Fault(parsing: &input, of: header)
      complete(&line, contextID: fault.contextID, output)
      line.fault = fault.status
      say(&line, from: side, at: moment, into: &output)
      take(fault, of: line, at: moment, into: &output)
      return
    default: break
    }
    say(&line, from: side, at: moment, into: &output)
    try takeToken(line, in: input, from: side, at: moment, into: &output)
  }

  /// Octets of one side were lost: calls half told stay half told.
  func lost() { losses &+= 1 }

  /// The connection is over: calls without an answer are said now.
  func end(into output: inout Output) {
    while let call = calls.removeOldest() {
      say(call, .unanswered, end: nil, into: &output)
    }
    security.end(parties, into: &output)
  }

  // MARK: - Binding

  private func take(_ bind: DCERPC.Bind) {
    offered = bind.contexts
    for context in bind.contexts {
      let isNDR64 = context.transferSyntaxes.allSatisfy { $0.id == DCERPC.Syntax.ndr64 }
      contexts.insert(
        Presentation(
          interface: context.interface.id,
          isNDR64: isNDR64 && !context.transferSyntaxes.isEmpty),
        for: context.id)
    }
  }

  private func take(_ answer: DCERPC.BindAcknowledgement) {
    for (context, result) in zip(offered, answer.results) where result.outcome == .acceptance {
      contexts[context.id]?.isNDR64 = result.transferSyntax.id == DCERPC.Syntax.ndr64
    }
    offered = []
  }

  private func takeToken(
    _ line: RPCLine, in input: borrowing ByteReader, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) {
    guard let trailer = line.trailer else { return }
    switch trailer.kind {
    case .negotiate, .ntlm, .kerberos: break
    default: return
    }
    let token = try input.slice(trailer.token, "auth_value")
    security.take(
      token.bytes, of: trailer.contextID, parties, Place(side: side, moment: moment),
      into: &output)
  }

  // MARK: - Calls

  private func take(
    _ request: DCERPC.Request, of line: RPCLine, in input: borrowing ByteReader, _ place: Place,
    into output: inout Output
  ) throws(ParseFailure) {
    let header = line.header
    var call = Call(
      side: place.side, moment: place.moment, contextID: request.contextID,
      operation: request.operation,
      object: request.object, level: line.trailer?.level ?? .init(rawValue: 0),
      kind: line.trailer?.kind ?? .init(rawValue: 0),
      securityID: line.trailer?.contextID ?? 0,
      isCut: !header.flags.contains(.first), losses: losses)
    if !header.flags.contains(.first), let begun = calls.remove(header.callID) { call = begun }
    guard line.trailer?.level != .privacy else {
      if header.flags.contains(.first) { output.coverage[.rpcSealed] += 1 }
      keep(call, header.callID, into: &output)
      return
    }
    let stub: ByteReader
    do {
      stub = try input.slice(request.stub, "stub")
    } catch {
      keep(call, header.callID, into: &output)
      throw error
    }
    if header.flags.contains(.first), header.flags.contains(.last) {
      readArguments(of: &call, stub, header.isLittleEndian, into: &output)
    } else {
      call.collect(stub)
      if header.flags.contains(.last) {
        let whole = call.stub
        readArguments(of: &call, ByteReader(whole.span), header.isLittleEndian, into: &output)
        call.stub = []
      }
    }
    keep(call, header.callID, into: &output)
  }

  private func keep(_ call: consuming Call, _ callID: UInt32, into output: inout Output) {
    guard let oldest = calls.insert(call, for: callID) else { return }
    output.coverage[.evictions] += 1
    say(oldest, .unanswered, end: nil, into: &output)
  }

  private func take(
    _ response: DCERPC.Response, of line: RPCLine, in input: borrowing ByteReader,
    at moment: Moment, into output: inout Output
  ) throws(ParseFailure) {
    let header = line.header
    security.finish(.success, of: line.trailer?.contextID, parties, at: moment, into: &output)
    guard var call = calls.remove(header.callID) else { return }
    let isSealed = line.trailer?.level == .privacy
    guard header.flags.contains(.last) else {
      if !isSealed { call.collect(try input.slice(response.stub, "stub")) }
      calls.insert(call, for: header.callID)
      return
    }
    if isSealed {
      say(call, .unknown, end: moment, into: &output)
      return
    }
    let last = try input.slice(response.stub, "stub")
    if header.flags.contains(.first) {
      readReply(of: &call, last, header.isLittleEndian, into: &output)
    } else {
      call.collect(last)
      let whole = call.stub
      readReply(of: &call, ByteReader(whole.span), header.isLittleEndian, into: &output)
    }
    say(call, outcome(of: call), end: moment, into: &output)
  }

  private func take(
    _ fault: DCERPC.Fault, of line: RPCLine, at moment: Moment, into output: inout Output
  ) {
    // ERROR_ACCESS_DENIED before any answer: the server did not accept who asks.
    security.finish(
      fault.status == 5 ? .failure(code: 5) : .success, of: line.trailer?.contextID, parties,
      at: moment, into: &output)
    guard let call = calls.remove(line.header.callID) else { return }
    say(call, .failure(code: fault.status), end: moment, into: &output)
  }

  private func complete(
    _ line: inout RPCLine, contextID: UInt16, _ output: borrowing Output
  ) {
    let call = calls[line.header.callID]
    line.interface = contexts[contextID]?.interface
    line.contextID = contextID
    line.operation = call?.operation
    line.object = call?.object
    guard output.wantsLines else { return }
    if let call {
      answered.insert(call.operation, for: line.header.callID)
    } else {
      line.operation = answered[line.header.callID]
    }
  }

  private func readArguments(
    of call: inout Call, _ stub: consuming ByteReader, _ isLittleEndian: Bool,
    into output: inout Output
  ) {
    guard output.wantsActivities, !isCut(call), let context = contexts[call.contextID],
      let kind = context.kind
    else { return }
    var reader = NDRReader(stub, isLittleEndian: isLittleEndian)
    reader.isNDR64 = context.isNDR64
    do {
      call.facts = try memory.facts(of: call.operation, kind, &reader)
    } catch {
      output.undecoded(error)
    }
  }

  private func readReply(
    of call: inout Call, _ stub: consuming ByteReader, _ isLittleEndian: Bool,
    into output: inout Output
  ) {
    guard output.wantsActivities, !isCut(call), let context = contexts[call.contextID],
      context.known != nil
    else { return }
    // The status is the last number in both encodings.
    var tail = NDRReader(copy stub, isLittleEndian: isLittleEndian)
    do {
      call.facts.status = try tail.callStatus()
      guard let kind = context.kind else { return }
      var reader = NDRReader(stub, isLittleEndian: isLittleEndian)
      reader.isNDR64 = context.isNDR64
      try memory.complete(&call.facts, call.operation, kind, &reader)
    } catch {
      output.undecoded(error)
    }
  }

  /// Whether a part of the call may be missing.
  private func isCut(_ call: Call) -> Bool {
    call.isCut || (!call.stub.isEmpty && call.losses != losses)
  }

  private func outcome(of call: Call) -> Activity.Outcome {
    guard let status = call.facts.status, let context = contexts[call.contextID],
      RPCMemory.isFailure(status, context.kind)
    else { return .success }
    return .failure(code: status)
  }

  private func say(
    _ call: Call, _ outcome: Activity.Outcome, end: Moment?, into output: inout Output
  ) {
    guard output.wantsActivities else { return }
    let (source, target) = parties.route(from: call.side)
    let context = contexts[call.contextID]
    var detail = RPCCall(
      interface: (context?.interface).map { RPCInterface(high: $0.high, low: $0.low) },
      opnum: call.operation, operation: context?.known?.operation(call.operation),
      pipe: carriage.plainPipe, authenticationType: call.kind.rawValue,
      authenticationLevel: call.level.rawValue, arguments: call.facts.arguments,
      status: call.facts.status)
    detail.object = call.object.map { RPCInterface(high: $0.high, low: $0.low) }
    var activity = Activity(
      time: call.moment.time, end: end?.time ?? call.moment.time, source: source, target: target,
      transport: parties.transport,
      account: security.account(of: call.securityID) ?? account, outcome: outcome,
      proof: Activity.Proof(
        capture: call.moment.capture, request: call.moment.packet, answer: end?.packet ?? 0),
      detail: .rpc(detail))
    let ticket = security.ticket(of: call.securityID) ?? ticket
    activity.ticket = ticket.map { TicketMark($0.fingerprint) }
    output.add(activity)
  }

  private func say(
    _ line: inout RPCLine, from side: Side, at moment: Moment, into output: inout Output
  ) {
    line.isSaid = true
    guard output.wantsLines else { return }
    var carriage = carriage
    carriage.pipe = transactionName ?? carriage.pipe
    output.line(line, carriage, parties, from: side, at: moment)
  }
}
