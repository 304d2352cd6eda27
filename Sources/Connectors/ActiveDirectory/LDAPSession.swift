import COpenLDAP
import Foundation
import Workspaces

/// A connection to one server through OpenLDAP's client library; every call blocks.
///
/// It lives on one thread: ``ReaderThread`` keeps it off the threads that tasks share. What the
/// machine's `ldap.conf`, `.ldaprc` or environment says about certificates and referrals is
/// overruled.
@safe final class LDAPSession {
  // SAFETY: the handle is freed in deinit and used by nobody else; the class is not Sendable. All
  // pointers that are passed in below outlive their calls, and the library copies what it keeps.
  private let handle: OpaquePointer
  let url: String
  private let settings: DirectorySettings

  /// Connects with the protection that the settings ask for, and binds.
  ///
  /// The password is that of a simple bind; nil for the others.
  init(
    url: String, settings: DirectorySettings, password: [UInt8]?
  ) throws(DirectoryFailure) {
    self.url = url
    self.settings = settings
    var created: OpaquePointer?
    let status = unsafe ldap_initialize(&created, url)
    guard status == LDAP_SUCCESS, let created = unsafe created else {
      throw DirectoryFailure(.misconfigured, controller: url, "is no URL of a directory")
    }
    unsafe handle = created
    try setOptions()
    try protect()
    switch settings.bind {
    case .simple: try bind(name: settings.bindName ?? "", password: password ?? [])
    case .gssapi: try bind(mechanism: "GSSAPI")
    case .external: try bind(mechanism: "EXTERNAL")
    }
  }

  deinit {
    // Says good-bye and frees; the answer could only be that the server is gone.
    _ = unsafe ldap_unbind_ext_s(handle, nil, nil)
  }

  private var isLocal: Bool { url.hasPrefix("ldapi:") }
  private var hasTLSFromStart: Bool { url.hasPrefix("ldaps:") }
  private var startsTLS: Bool {
    !isLocal && !hasTLSFromStart && settings.protection == .startTLS
  }

  // MARK: - Options

  private func setOptions() throws(DirectoryFailure) {
    try set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
    let seconds = Int32(clamping: settings.timeoutSeconds)
    try check(unsafe crosswatch_ldap_set_timeouts(handle, seconds), "the timeout")
    // The library would follow references without credentials, to wherever they lead.
    try check(
      unsafe ldap_set_option(handle, LDAP_OPT_REFERRALS, crosswatch_ldap_off()), "referrals")
    // Kerberos asks for the name that is written, not for what reverse DNS makes of its address.
    try check(
      unsafe ldap_set_option(handle, LDAP_OPT_X_SASL_NOCANON, crosswatch_ldap_on()), "SASL")
    guard hasTLSFromStart || startsTLS else {
      // A sealed connection or none: at least the integrity of what the controller says.
      if settings.bind == .gssapi { try set(LDAP_OPT_X_SASL_SSF_MIN, 1) }
      return
    }
    // Active Directory refuses two layers: with TLS around it, SASL brings none of its own.
    if settings.bind == .gssapi { try set(LDAP_OPT_X_SASL_SSF_MAX, 0) }
    try setTrust()
  }

  private func setTrust() throws(DirectoryFailure) {
    try set(
      LDAP_OPT_X_TLS_REQUIRE_CERT,
      settings.isInsecure ? LDAP_OPT_X_TLS_ALLOW : LDAP_OPT_X_TLS_DEMAND)
    for (option, file) in [
      (LDAP_OPT_X_TLS_CACERTFILE, settings.caFile),
      (LDAP_OPT_X_TLS_CERTFILE, settings.certificateFile),
      (LDAP_OPT_X_TLS_KEYFILE, settings.keyFile),
    ] {
      guard let file else { continue }
      guard FileManager.default.isReadableFile(atPath: file) else {
        throw DirectoryFailure(.misconfigured, "\(file): cannot be read")
      }
      try check(unsafe ldap_set_option(handle, option, file), file)
    }
    // What was set is for contexts made from now on (ldap_get_option(3)).
    try set(LDAP_OPT_X_TLS_NEWCTX, 0)
  }

  private func set(_ option: Int32, _ number: Int32) throws(DirectoryFailure) {
    var value = number
    try check(unsafe ldap_set_option(handle, option, &value), "option \(option)")
  }

  private func check(_ status: Int32, _ what: String) throws(DirectoryFailure) {
    guard status == LDAP_OPT_SUCCESS else {
      throw DirectoryFailure(
        .misconfigured, controller: url, "the LDAP library does not take \(what)")
    }
  }

  // MARK: - Protection and credentials

  private func protect() throws(DirectoryFailure) {
    if startsTLS {
      let status = unsafe ldap_start_tls_s(handle, nil, nil)
      guard status == LDAP_SUCCESS else { throw failure(status, "StartTLS", isTLS: true) }
    } else if hasTLSFromStart {
      // Nothing is sent without a certificate that is trusted: the connection comes first.
      let status = unsafe ldap_connect(handle)
      guard status == LDAP_SUCCESS else { throw failure(status, "TLS", isTLS: true) }
    } else {
      let status = unsafe ldap_connect(handle)
      guard status == LDAP_SUCCESS else { throw failure(status, "connecting") }
    }
  }

  private func bind(name: String, password: [UInt8]) throws(DirectoryFailure) {
    var octets = password.map { CChar(bitPattern: $0) }
    let status = unsafe octets.withUnsafeMutableBufferPointer { buffer in
      var credentials = unsafe berval(
        bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
      return unsafe ldap_sasl_bind_s(
        handle, name, crosswatch_ldap_simple(), &credentials, nil, nil, nil)
    }
    guard status == LDAP_SUCCESS else { throw failure(status, "the bind as '\(name)'") }
  }

  private func bind(mechanism: String) throws(DirectoryFailure) {
    let status = unsafe crosswatch_ldap_sasl_bind(handle, mechanism)
    guard status == LDAP_SUCCESS else {
      throw failure(status, "the \(mechanism) bind")
    }
  }

  // MARK: - Search

  /// What one search operation answered.
  struct Answer {
    var records: [DirectoryRecord] = []
    /// URLs of search result references and referrals.
    var references: [String] = []
    /// Values of the controls of the result, by object identifier.
    var controls: [(oid: String, value: [UInt8])] = []
  }

  /// One search operation, without what comes after its page.
  func search(_ request: SearchRequest) throws(DirectoryFailure) -> Answer {
    var attributes = unsafe request.attributes.map { unsafe strdup($0) } + [nil]
    defer { unsafe attributes.forEach { unsafe free($0) } }
    let made = unsafe request.controls.map { unsafe self.control($0) }
    defer { unsafe made.forEach { unsafe ldap_control_free($0) } }
    var controls = unsafe made + [nil]
    var result: OpaquePointer?
    let status = unsafe ldap_search_ext_s(
      handle, request.base, request.scope.rawValue, request.filter, &attributes, 0, &controls,
      nil, nil, 0, &result)
    defer { _ = unsafe ldap_msgfree(result) }
    var answer = Answer()
    try unsafe read(result, into: &answer)
    // A referral as the whole answer: the base is elsewhere.
    guard status == LDAP_SUCCESS || status == LDAP_REFERRAL else {
      throw failure(status, "the search below '\(request.base)'")
    }
    return answer
  }

  private func control(_ control: SearchRequest.Control) -> UnsafeMutablePointer<LDAPControl>? {
    var made: UnsafeMutablePointer<LDAPControl>?
    var octets = control.value.map { CChar(bitPattern: $0) }
    let isCritical: Int32 = control.isCritical ? 1 : 0
    let status = unsafe octets.withUnsafeMutableBufferPointer { buffer in
      var value = unsafe berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
      // A control without a value is another than one with an empty value.
      guard !buffer.isEmpty else {
        return unsafe ldap_control_create(control.oid, isCritical, nil, 1, &made)
      }
      return unsafe ldap_control_create(control.oid, isCritical, &value, 1, &made)
    }
    return unsafe status == LDAP_SUCCESS ? made : nil
  }

  private func read(_ result: OpaquePointer?, into answer: inout Answer) throws(DirectoryFailure) {
    var message = unsafe result == nil ? nil : ldap_first_message(handle, result)
    while let current = unsafe message {
      switch unsafe ldap_msgtype(current) {
      case Int32(LDAP_RES_SEARCH_ENTRY): try unsafe answer.records.append(record(current))
      case Int32(LDAP_RES_SEARCH_REFERENCE): unsafe readReference(current, into: &answer)
      default: unsafe readResult(current, into: &answer)
      }
      unsafe message = ldap_next_message(handle, current)
    }
  }

  private func record(_ entry: OpaquePointer) throws(DirectoryFailure) -> DirectoryRecord {
    guard let name = unsafe ldap_get_dn(handle, entry) else {
      throw DirectoryFailure(.malformed, controller: url, "an entry has no distinguished name")
    }
    defer { unsafe ldap_memfree(name) }
    var record = unsafe DirectoryRecord(
      distinguishedName: String(cString: name), attributes: [])
    var state: OpaquePointer?
    defer { unsafe ber_free(state, 0) }
    var attribute = unsafe ldap_first_attribute(handle, entry, &state)
    while let current = unsafe attribute {
      defer { unsafe ldap_memfree(current) }
      // Options are kept here: a range says whether more is to be asked for.
      let description = unsafe String(cString: current).lowercased()
      let values = unsafe ldap_get_values_len(handle, entry, current)
      defer { unsafe ldap_value_free_len(values) }
      let all = unsafe octets(values)
      record.attributes += all.map { DirectoryAttribute(name: description, value: $0[...]) }
      // DirSync says with no value that there is none any more.
      if all.isEmpty { record.emptied.append(description) }
      unsafe attribute = ldap_next_attribute(handle, entry, state)
    }
    return record
  }

  private func octets(
    _ values: UnsafeMutablePointer<UnsafeMutablePointer<berval>?>?
  ) -> [[UInt8]] {
    guard let values = unsafe values else { return [] }
    var all: [[UInt8]] = []
    var index = 0
    while let value = unsafe values[index] {
      let bytes = unsafe UnsafeRawBufferPointer(
        start: value.pointee.bv_val, count: Int(value.pointee.bv_len))
      all.append(unsafe Array(bytes))
      index += 1
    }
    return all
  }

  private func readReference(_ message: OpaquePointer, into answer: inout Answer) {
    var references: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    guard unsafe ldap_parse_reference(handle, message, &references, nil, 0) == LDAP_SUCCESS else {
      return
    }
    defer { unsafe crosswatch_ldap_free_texts(references) }
    answer.references += unsafe texts(references)
  }

  private func readResult(_ message: OpaquePointer, into answer: inout Answer) {
    var references: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
    guard
      unsafe ldap_parse_result(handle, message, nil, nil, nil, &references, &controls, 0)
        == LDAP_SUCCESS
    else { return }
    defer {
      unsafe crosswatch_ldap_free_texts(references)
      unsafe ldap_controls_free(controls)
    }
    answer.references += unsafe texts(references)
    guard let controls = unsafe controls else { return }
    var index = 0
    while let control = unsafe controls[index] {
      let value = unsafe control.pointee.ldctl_value
      let bytes = unsafe UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len))
      answer.controls.append(
        unsafe (String(cString: control.pointee.ldctl_oid), Array(bytes)))
      index += 1
    }
  }

  private func texts(_ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
    guard let values = unsafe values else { return [] }
    var all: [String] = []
    var index = 0
    while let value = unsafe values[index] {
      all.append(unsafe String(cString: value))
      index += 1
    }
    return all
  }

  // MARK: - Failures

  private func failure(_ status: Int32, _ doing: String, isTLS: Bool = false) -> DirectoryFailure {
    var words: UnsafeMutablePointer<CChar>?
    _ = unsafe ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &words)
    defer { unsafe ldap_memfree(words) }
    let diagnosis = unsafe words.map { unsafe String(cString: $0) } ?? ""
    let name = unsafe String(cString: ldap_err2string(status))
    return LDAPResult(
      code: status, name: name, diagnosis: diagnosis, doing: doing, isTLS: isTLS,
      isPlain: !hasTLSFromStart && !startsTLS
    ).failure(at: url, timeoutSeconds: settings.timeoutSeconds)
  }
}
