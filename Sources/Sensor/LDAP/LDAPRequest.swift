import Evidence
import Wire

/// A search or a change that waits for its result.
struct LDAPRequest {
  let id: Int64
  let side: Side
  let moment: Moment
  /// In whose name.
  let account: AccountName?
  var detail: Activity.Detail
  /// Entries that came.
  private(set) var entryCount = 0
  /// Whose.
  private var objects: [String] = []

  init(
    id: Int64, _ detail: Activity.Detail, by account: AccountName?, from side: Side,
    at moment: Moment
  ) {
    self.id = id
    self.detail = detail
    self.account = account
    self.side = side
    self.moment = moment
  }

  mutating func countEntry() { entryCount += 1 }

  /// Notes whose entry came, of the first entries.
  mutating func note(entry content: ByteReader) {
    guard entryCount <= LDAPSearch.objectLimit else { return }
    var content = content
    do {
      objects.append(try LDAP.Entry.object(in: &content))
    } catch {
      // The entry counts all the same; the line of the message says what is wrong with it.
      return
    }
  }

  /// The activity with its result, or without one.
  func activity(
    _ parties: Parties, _ code: LDAP.ResultCode? = nil, at answer: Moment? = nil
  ) -> Activity {
    let (source, target) = parties.route(from: side)
    var detail = detail
    if case .ldapSearch(var search) = detail {
      search.entryCount = entryCount
      search.objects = objects
      detail = .ldapSearch(search)
    }
    return Activity(
      time: moment.time, end: (answer ?? moment).time, source: source, target: target,
      transport: parties.transport, account: account, outcome: outcome(code),
      proof: Activity.Proof(
        capture: moment.capture, request: moment.packet, answer: answer?.packet ?? 0),
      detail: detail)
  }

  private func outcome(_ code: LDAP.ResultCode?) -> Activity.Outcome {
    // Entries came, so it was answered: only the end was lost.
    guard let code else { return entryCount > 0 ? .unknown : .unanswered }
    return code.isSuccess ? .success : .failure(code: code.rawValue)
  }
}

extension LDAP.ResultCode {
  /// Whether what was asked was done.
  var isSuccess: Bool { self == .success || self == .compareTrue || self == .compareFalse }
}

/// A bind from its first message to its last result (RFC 4511 section 4.2).
struct LDAPBindInProgress {
  /// Of the message that waits for its answer.
  private(set) var id: Int64
  let side: Side
  let moment: Moment
  private var bind: LDAPBind
  /// An NTLM package's NEGOTIATE is answered with success, and yet goes on.
  private var isSicily = false
  private var isSicilyResponse = false

  init(
    _ request: LDAP.BindRequest, id: Int64, _ passwordMark: UInt64?, from side: Side,
    at moment: Moment
  ) {
    self.id = id
    self.side = side
    self.moment = moment
    bind = LDAPBind(request)
    bind.passwordMark = passwordMark
    note(request)
  }

  /// Whether a request goes on with this bind.
  func isContinued(by request: LDAP.BindRequest, from side: Side) -> Bool {
    guard side == self.side else { return false }
    let next = LDAPBind(request)
    return next.method == bind.method && next.mechanism == bind.mechanism
      && (bind.method == .sasl || bind.method == .sicily)
  }

  mutating func goOn(_ request: LDAP.BindRequest, id: Int64) {
    self.id = id
    note(request)
  }

  /// Whether this result is followed by another message of the client.
  func goesOn(after code: LDAP.ResultCode) -> Bool {
    code == .saslBindInProgress || (isSicily && !isSicilyResponse && code == .success)
  }

  /// Who binds, as far as the request says; `token` where a token does.
  func account(_ token: AccountName?) -> AccountName? {
    if let token { return token }
    guard !bind.name.isEmpty else { return nil }
    let parts = bind.name.split(separator: "\\", maxSplits: 1)
    guard parts.count == 2, let name = parts.last, let domain = parts.first,
      !bind.name.contains("=")
    else { return AccountName(name: bind.name, domain: "") }
    return AccountName(name: String(name), domain: String(domain))
  }

  func activity(
    _ parties: Parties, _ result: LDAP.Result?, by account: AccountName?, at answer: Moment?
  ) -> Activity {
    let (source, target) = parties.route(from: side)
    var bind = bind
    var outcome = Activity.Outcome.unanswered
    if let result {
      bind.resultCode = result.code.rawValue
      bind.diagnostic = result.diagnostic.isEmpty ? nil : result.diagnostic
      outcome = result.code.isSuccess ? .success : .failure(code: result.code.rawValue)
    }
    return Activity(
      time: moment.time, end: (answer ?? moment).time, source: source, target: target,
      transport: parties.transport, account: account, outcome: outcome,
      proof: Activity.Proof(
        capture: moment.capture, request: moment.packet, answer: answer?.packet ?? 0),
      detail: .ldapBind(bind))
  }

  private mutating func note(_ request: LDAP.BindRequest) {
    if bind.name.isEmpty { bind.name = request.name }
    switch request.authentication {
    case .sicilyDiscovery, .sicilyNegotiate: isSicily = true
    case .sicilyResponse: isSicilyResponse = true
    case .simple, .sasl, .other: break
    }
  }
}

extension LDAPBind {
  fileprivate init(_ request: LDAP.BindRequest) {
    var mechanism: String?
    let method: Method
    switch request.authentication {
    // A name without a password is nobody as well (RFC 4513 section 5.1.2).
    case .simple(let count): method = count == 0 ? .anonymous : .simple
    case .sasl(let name, _):
      method = .sasl
      mechanism = name
    case .sicilyDiscovery, .sicilyNegotiate, .sicilyResponse: method = .sicily
    // No other choice is defined; what it asks for is not known.
    case .other: method = .sasl
    }
    self.init(
      method: method, name: request.name, mechanism: mechanism, resultCode: nil, diagnostic: nil)
  }
}

extension LDAPBind {
  /// A mark of a simple bind's password: equal for equal passwords within one run of the program, and
  /// of no use beyond it, since the hash has a key of its own each run.
  static func passwordMark(_ request: LDAP.BindRequest, in bytes: Span<UInt8>) -> UInt64? {
    guard case .simple(let count) = request.authentication, count > 0, count <= bytes.count else {
      return nil
    }
    // The password ends the request, and with it the message but for controls, which binds lack.
    var hash = Hasher()
    for index in (bytes.count - count)..<bytes.count { hash.combine(bytes[index]) }
    return UInt64(bitPattern: Int64(hash.finalize()))
  }
}

extension Activity.Detail {
  init(
    _ request: LDAP.SearchRequest, _ controls: LDAP.SearchControls, isConnectionless: Bool
  ) {
    let scope: LDAPSearch.Scope
    switch request.scope {
    case .baseObject: scope = .base
    case .singleLevel: scope = .one
    case .wholeSubtree: scope = .sub
    default: scope = .other
    }
    var search = LDAPSearch(
      base: request.base, scope: scope, filter: request.filter, attributes: request.attributes,
      entryCount: 0, isConnectionless: isConnectionless)
    search.controls = controls.types
    search.pageSize = controls.pageSize
    search.securityFlags = controls.securityFlags
    search.dirSyncFlags = controls.dirSyncFlags
    self = .ldapSearch(search)
  }

  init(_ request: LDAP.ModifyRequest, in bytes: Span<UInt8>) {
    var names: [String] = []
    var seen: Set<String> = []
    var values: [LDAPChange.Value] = []
    for change in request.changes {
      let name = change.attribute.name
      if seen.insert(name).inserted { names.append(name) }
      let action: LDAPChange.Action =
        switch change.operation {
        case 0: .add
        case 1: .delete
        case 2: .replace
        default: .other
        }
      LDAPChange.read(change.attribute, action, in: bytes, into: &values)
    }
    var detail = LDAPChange(operation: .modify, object: request.object, attributes: names)
    detail.values = values
    self = .ldapChange(detail)
  }

  init(added entry: LDAP.Entry, in bytes: Span<UInt8>) {
    var detail = LDAPChange(
      operation: .add, object: entry.object, attributes: entry.attributes.map(\.name))
    for attribute in entry.attributes {
      LDAPChange.read(attribute, .add, in: bytes, into: &detail.values)
    }
    self = .ldapChange(detail)
  }

  init(_ request: LDAP.ModifyDNRequest) {
    var name = request.newName
    if let superior = request.newSuperior { name += "," + superior }
    self = .ldapChange(
      LDAPChange(operation: .rename, object: request.object, attributes: [], newName: name))
  }

  init(deleted object: String) {
    self = .ldapChange(LDAPChange(operation: .delete, object: object, attributes: []))
  }
}

extension NetlogonAnswer {
  init(_ response: LDAP.NetlogonResponse) {
    self.init(
      dnsDomain: response.dnsDomain, dnsHost: response.dnsHost,
      netbiosDomain: response.netbiosDomain,
      netbiosHost: String(response.netbiosHost.drop { $0 == "\\" }))
    operation = response.operation
    user = response.user
  }
}
