import Foundation
import Testing

/// OpenLDAP's server as a process of its own, on a loopback port, with a folder of its own and the
/// attributes of Active Directory that are read.
final class DirectoryServer {
  /// The program of Debian's package `slapd`.
  static let program = "/usr/sbin/slapd"
  static let base = "dc=alpine,dc=test"
  static let bindName = "cn=reader,dc=alpine,dc=test"
  static let password = "Corr3ct-Horse~Battery"

  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// Where it is not installed tests are left out, and say so; in CI that is a failure.
  static func isNeeded() -> Bool {
    if isThere { return true }
    let isCI = ProcessInfo.processInfo.environment["CI"] != nil
    if !isCI { print("skipped: no slapd; 'apt-get install slapd' brings it") }
    return isCI
  }

  let folder: String
  let port: Int
  let securePort: Int
  private var process: Process?

  var url: String { "ldap://127.0.0.1:\(port)" }
  var secureURL: String { "ldaps://127.0.0.1:\(securePort)" }
  var socketURL: String { "ldapi://" + socket.replacing("/", with: "%2F") }
  private var socket: String { "\(folder)/s" }
  var caFile: String { "\(folder)/ca.pem" }

  /// Sets up a server in a folder below `parent`, loads `ldif` and starts it.
  init(in parent: String, name: String = "ldap", ldif: String) throws {
    folder = "\(parent)/\(name)"
    port = try DirectoryServer.freePort()
    securePort = try DirectoryServer.freePort()
    try FileManager.default.createDirectory(
      atPath: "\(folder)/db", withIntermediateDirectories: true)
    try makeCertificates()
    try write("schema.conf", DirectoryServer.schema)
    try write("slapd.conf", configuration)
    try write("data.ldif", DirectoryServer.top + ldif)
    try run("/usr/sbin/slapadd", "-q", "-f", "\(folder)/slapd.conf", "-l", "\(folder)/data.ldif")
    try start()
  }

  deinit { stop() }

  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: DirectoryServer.program)
    // With -d it stays in the foreground: the test ends it.
    process.arguments = [
      "-d", "0", "-f", "\(folder)/slapd.conf", "-h", "\(url)/ \(secureURL)/ \(socketURL)/",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    for _ in 0..<200 where !isListening && process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
    try #require(isListening, "slapd did not start")
  }

  func stop() {
    guard let process else { return }
    // Started by a thread that blocks signals, it would not hear a gentler one.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  /// Changes entries as their administrator.
  func modify(_ ldif: String) throws {
    try write("change.ldif", ldif)
    try run(
      "/usr/bin/ldapmodify", "-x", "-H", "\(url)/", "-D", DirectoryServer.bindName, "-w",
      DirectoryServer.password, "-f", "\(folder)/change.ldif")
  }

  private var isListening: Bool {
    let open = DirectoryServer.listening
    return [port, securePort].allSatisfy(open.contains)
      && FileManager.default.fileExists(atPath: socket)
  }

  /// Ports that somebody listens on, as the kernel lists them: state 0A.
  private static var listening: Set<Int> {
    var ports: Set<Int> = []
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
      let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      for line in text.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 3, fields[3] == "0A", let port = fields[1].split(separator: ":").last
        else { continue }
        ports.insert(Int(port, radix: 16) ?? 0)
      }
    }
    return ports
  }

  /// A port that nobody listens on, below those that the kernel gives to clients.
  static func freePort() throws -> Int {
    let taken = listening
    return try #require(
      (0..<100).map { _ in Int.random(in: 20_000..<32_000) }.first { port in
        !taken.contains(port)
      })
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private func run(_ program: String, _ arguments: String...) throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let words = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(
      process.terminationStatus == 0, "\(program): \(String(decoding: words, as: UTF8.self))")
  }

  /// An authority, a certificate of 127.0.0.1 that it signed, and one of a client.
  private func makeCertificates() throws {
    func openssl(_ arguments: String) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
      process.arguments = arguments.split(separator: " ").map(String.init)
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    try openssl("req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj /CN=Alpine-Test-CA")
    for (name, subject) in [("server", "/CN=dc1.alpine.test"), ("client", "/CN=reader/DC=alpine")] {
      try write("\(name).ext", "subjectAltName=DNS:dc1.alpine.test,IP:127.0.0.1\n")
      try openssl("req \(key) -keyout \(name).key -out \(name).csr -subj \(subject)")
      try openssl(
        "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
          + "-extfile \(name).ext -out \(name).pem")
    }
  }

  private var configuration: String {
    """
    include /etc/ldap/schema/core.schema
    include /etc/ldap/schema/cosine.schema
    include /etc/ldap/schema/inetorgperson.schema
    include \(folder)/schema.conf
    modulepath /usr/lib/ldap
    moduleload back_mdb
    moduleload syncprov
    pidfile \(folder)/slapd.pid
    TLSCACertificateFile \(folder)/ca.pem
    TLSCertificateFile \(folder)/server.pem
    TLSCertificateKeyFile \(folder)/server.key
    TLSVerifyClient try
    sizelimit size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited
    disallow bind_anon
    authz-regexp "gidNumber=.*,cn=peercred,cn=external,cn=auth" "\(DirectoryServer.bindName)"
    authz-regexp ".*cn=reader.*" "\(DirectoryServer.bindName)"
    database mdb
    directory \(folder)/db
    maxsize 268435456
    suffix "\(DirectoryServer.base)"
    rootdn "cn=admin,\(DirectoryServer.base)"
    overlay syncprov
    access to attrs=userPassword by anonymous auth by * none
    access to * by dn.exact="\(DirectoryServer.bindName)" manage by * none
    """ + "\n"
  }

  private static let top = """
    dn: dc=alpine,dc=test
    objectClass: dcObject
    objectClass: organization
    dc: alpine
    o: Alpine

    dn: cn=reader,dc=alpine,dc=test
    objectClass: person
    cn: reader
    sn: reader
    userPassword: \(password)


    """

  /// Attributes by the numbers and syntaxes that Active Directory gives them.
  private static let schema = {
    let octets = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40"
    let text = "EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15"
    let number = "EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE"
    let name = "EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12"
    let time = "EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE"
    let attributes = [
      ("4.146", "objectSid", octets + " SINGLE-VALUE"), ("4.2", "objectGUID", octets),
      ("4.221", "sAMAccountName", text + " SINGLE-VALUE"), ("4.8", "userAccountControl", number),
      ("4.656", "userPrincipalName", text), ("4.619", "dNSHostName", text),
      ("4.771", "servicePrincipalName", text), ("4.98", "primaryGroupID", number),
      ("4.609", "sIDHistory", octets), ("4.1963", "msDS-SupportedEncryptionTypes", number),
      ("2.102", "memberOf", name), ("4.150", "adminCount", number),
      ("2.2", "whenCreated", time), ("2.3", "whenChanged", time), ("4.96", "pwdLastSet", number),
      ("4.1787", "msDS-AllowedToDelegateTo", text), ("4.363", "operatingSystem", text),
    ]
    var lines = attributes.map { number, name, rest in
      "attributetype ( 1.2.840.113556.1.\(number) NAME '\(name)' \(rest) )"
    }
    let all = attributes.map(\.1).joined(separator: " $ ")
    let classes = [
      "user", "computer", "group", "msDS-ManagedServiceAccount", "msDS-GroupManagedServiceAccount",
    ]
    for (place, name) in classes.enumerated() {
      lines.append(
        "objectclass ( 1.2.840.113556.1.5.90\(place) NAME '\(name)' SUP top "
          + "STRUCTURAL MUST cn MAY ( member $ displayName $ title "
          + "$ mail $ description $ \(all) ) )")
    }
    return lines.joined(separator: "\n") + "\n"
  }()
}
