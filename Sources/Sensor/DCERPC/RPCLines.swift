import Evidence
import Wire

/// What one fragment says, for its line of `decode`.
struct RPCLine {
  var header: DCERPC.Header
  var trailer: DCERPC.Authentication?
  var interface: GUID?
  var contextID: UInt16?
  var operation: UInt16?
  var object: GUID?
  var contexts: [DCERPC.Context] = []
  var results: [DCERPC.BindAcknowledgement.Result] = []
  /// The port or pipe that the answer to a bind names.
  var secondaryAddress: String?
  var fault: UInt32?
  /// Whether it was written, or would have been.
  var isSaid = false

  init(header: DCERPC.Header) { self.header = header }
}

extension RPCConnection {
  /// How the calls travel, as the lines of `decode` name it.
  struct Carriage {
    var name: String
    /// The pipe as opened; nil over TCP.
    var pipe: String?
    /// Its name in lower case, without backslashes and `pipe\`.
    let plainPipe: String?

    init(name: String, pipe: String?) {
      self.name = name
      self.pipe = pipe
      plainPipe = pipe.map { name in
        let plain = name.lowercased().drop { $0 == "\\" }
        return String(plain.hasPrefix("pipe\\") ? plain.dropFirst(5) : plain)
      }
    }
  }
}

extension Output {
  /// Writes one fragment; call only where ``wantsLines`` is true.
  mutating func line(
    _ line: RPCLine, _ carriage: RPCConnection.Carriage, _ parties: Parties, from side: Side,
    at moment: Moment
  ) {
    beginLine("dcerpc", parties, from: side, at: moment)
    json.member("rpc_transport", carriage.name)
    if let name = line.header.kind.name {
      json.member("ptype", "\(name)")
    } else {
      json.member("ptype", Int(line.header.kind.rawValue))
    }
    json.member("call_id", Int64(line.header.callID))
    json.member("first_frag", line.header.flags.contains(.first))
    json.member("last_frag", line.header.flags.contains(.last))
    json.member("frag_len", Int(line.header.fragmentLength))
    if let trailer = line.trailer {
      json.member("auth_type", Int(trailer.kind.rawValue))
      json.member("auth_level", Int(trailer.level.rawValue))
    }
    json.member("pipe", carriage.pipe)
    json.member(line.contexts)
    json.member("sec_addr", line.secondaryAddress)
    json.member("results", line.results.map(\.outcome.rawValue))
    json.member("ctx_id", line.contextID.map { Int($0) })
    json.member("opnum", line.operation.map { Int($0) })
    json.member("iface", line.interface?.description)
    json.member(
      "iface_name", line.interface.flatMap { DCERPCInterfaces.find($0)?.name })
    json.member("object", line.object?.description)
    if let fault = line.fault {
      json.key("fault_status")
      json.hex(UInt64(fault), digits: 8)
    }
    endLine()
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ contexts: [DCERPC.Context]) {
    guard !contexts.isEmpty else { return }
    key("contexts")
    beginArray()
    for context in contexts {
      beginObject()
      member("ctx_id", Int(context.id))
      member("uuid", context.interface.id.description)
      member("ver", Int(context.interface.major))
      member("transfer", context.transferSyntaxes.map(\.id.description))
      endObject()
    }
    endArray()
  }
}
