import Evidence
import Testing

@testable import Connectors

@Suite struct `Defender for Endpoint documents` {
  @Test func `are read as an alert with users, addresses and evidence`() throws {
    let documents = try read(alert)
    let found = try #require(documents.alerts.first?.value)
    #expect(found.id == "da637000000000000001_-101")
    #expect(found.created == Instant(iso8601: "2020-03-02T10:15:00.1234567Z"))
    #expect(found.deviceID == "aaaabbbbccccddddeeeeffff0000111122223333")
    #expect(found.users.count == 2)
    #expect(found.users.first?.name == "jlopez")
    #expect(found.users.last?.sid == "S-1-5-21-1-2-3-1107")
    #expect(found.techniques == ["T1003.001"])
    #expect(found.addresses == [Address("10.0.5.33")])
    #expect(found.evidence == ["User: jlopez", "Process: procdump -ma lsass", "Ip: 10.0.5.33"])
    #expect(found.isOpen)
  }

  @Test func `are read as a machine, addresses that name no host left out`() throws {
    let device = try #require(read(machine).devices.first?.value)
    #expect(device.id == "aaaabbbbccccddddeeeeffff0000111122223333")
    #expect(device.dnsName == "ws03.alpine.test")
    #expect(device.addresses == [Address("10.0.5.33")])
    #expect(device.hardwareAddresses == ["0a1b2c3d4e5f"])
    #expect(device.risk == .medium)
    #expect(device.entraID == nil)
    #expect(device.tags == ["tier 1"])
  }

  @Test func `come as an object, an array, a collection or lines`() throws {
    let texts = [
      "[\(alert),\(machine)]", #"{"@odata.context":"x","value":[\#(alert),\#(machine)]}"#,
      alert.replacing("\n", with: "") + "\n\n" + machine.replacing("\n", with: "") + "\n",
    ]
    for text in texts {
      let documents = try read(text)
      #expect(documents.alerts.count == 1)
      #expect(documents.devices.count == 1)
    }
    #expect(try read(#"{"value":[]}"#).alerts.isEmpty)
  }

  @Test func `keep keys that nobody knows`() throws {
    let text = alert.replacing(#""severity""#, with: #""newKey":{"a":[1,2]},"severity""#)
    let document = try #require(read(text).alerts.first)
    #expect(document.json.contains(#""newKey":{"a":[1,2]}"#))
    #expect(try DefenderForEndpoint.alert(json: document.json) == document.value)
  }

  @Test func `keep enumeration words that nobody knows`() throws {
    let text = alert.replacing("Medium", with: "Catastrophic")
    #expect(try read(text).alerts.first?.value.severity == "Catastrophic")
    #expect(try read(machine.replacing("medium", with: "odd")).devices.first?.value.risk == nil)
  }

  @Test func `may have a technique as text, and empty texts for null`() throws {
    let text = alert.replacing(#"["T1003.001"]"#, with: #""T1003.001, T1003""#)
      .replacing(#""WindowsDefenderAtp""#, with: #""""#)
    let found = try #require(read(text).alerts.first?.value)
    #expect(found.techniques == ["T1003.001", "T1003"])
    #expect(found.detectionSource == nil)
  }

  @Test(arguments: [
    ("no json", "x.json: is not JSON"),
    ("", "x.json: is empty"),
    ("7", "neither an object nor a list"),
    ("[1]", "document 1: must be an object"),
    (#"{"value":7}"#, "field 'value' must be a list"),
    (#"[{"id":"a"}]"#, "document 1: field 'id' is of neither"),
    (#"{"id":"da1_1","severity":"High","machineId":"0a"}"#, "document 1: field 'title' is missing"),
    (#"{"id":"0a","computerDnsName":"ws03"}"#, "field 'lastSeen' is missing"),
    (#"{"computerDnsName":"ws03","lastSeen":"2020-01-01T00:00:00Z"}"#, "field 'id' is missing"),
    (#"{"id":"0a","lastSeen":"yesterday"}"#, "field 'lastSeen' is no UTC time: 'yesterday'"),
    (#"{"id":7,"lastSeen":"2020-01-01T00:00:00Z"}"#, "field 'id' must be text"),
    (#"{"id":"0a","lastSeen":"2020-01-01T00:00:00Z","ipAddresses":7}"#, "'ipAddresses' must be"),
    ("{\"id\":\"0a\",\"lastSeen\":\"2020-01-01T00:00:00Z\"}\nodd", "line 2, document 2: is not JS"),
  ])
  func `say document and field where they are wrong`(_ text: String, _ words: String) {
    let failure = #expect(throws: ConnectorFailure.self) { try read(text) }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
  }

  @Test func `never trap, wherever they are cut`() {
    let bytes = Array("[\(alert),\(machine)]".utf8)
    for count in 0..<bytes.count {
      _ = try? DefenderForEndpoint.read(Array(bytes[..<count]), file: "x.json")
    }
  }

  @Test func `nest without end and are refused`() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: ConnectorFailure.self) { try read(text) }
  }

  private func read(_ text: String) throws -> DefenderForEndpoint.Documents {
    try DefenderForEndpoint.read(Array(text.utf8), file: "x.json")
  }

  private let alert = """
    {"id":"da637000000000000001_-101","title":"Suspicious access to LSASS","severity":"Medium",
     "status":"New","category":"CredentialAccess","detectionSource":"WindowsDefenderAtp",
     "machineId":"aaaabbbbccccddddeeeeffff0000111122223333","incidentId":null,
     "computerDnsName":"ws03.alpine.test","relatedUser":{"userName":"jlopez","domainName":"ALPINE"},
     "alertCreationTime":"2020-03-02T10:15:00.1234567Z","firstEventTime":"2020-03-02T10:14:51.5Z",
     "mitreTechniques":["T1003.001"],
     "evidence":[{"entityType":"User","accountName":"jlopez","domainName":"ALPINE",
       "userSid":"S-1-5-21-1-2-3-1107","aadUserId":null,"userPrincipalName":null},
      {"entityType":"Process","processCommandLine":"procdump -ma lsass"},
      {"entityType":"Ip","ipAddress":"10.0.5.33"}]}
    """

  private let machine = """
    {"id":"AAAABBBBCCCCDDDDEEEEFFFF0000111122223333","computerDnsName":"ws03.alpine.test",
     "lastSeen":"2020-03-02T10:15:00Z","osPlatform":"Windows10","healthStatus":"active",
     "onboardingStatus":"Onboarded","riskScore":"medium","aadDeviceId":null,
     "lastIpAddress":"10.0.5.33","machineTags":["tier 1"],"isAadJoined":true,
     "ipAddresses":[{"ipAddress":"10.0.5.33","macAddress":"0A1B2C3D4E5F"},
      {"ipAddress":"127.0.0.1","macAddress":null},{"ipAddress":"","macAddress":""}]}
    """
}
