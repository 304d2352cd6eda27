import Evidence
import Testing
import Workspaces

@Suite struct `Onboarding by Intune` {
  private func first(_ inventory: Inventory) -> DeviceCoverage {
    inventory.coverage(of: inventory.devices[0])
  }

  @Test func `R79: four parts are checked, each alone`() throws {
    var fleet = try Fleet.intune()
    #expect(fleet.readiness().isReady)
    #expect(fleet.readiness().parts.count == 4)
    fleet.accessPolicies = []
    #expect(fleet.readiness().parts.map(\.isMet) == [true, true, true, false])
    fleet.compliancePolicies = []
    #expect(fleet.readiness().parts.map(\.isMet) == [true, true, false, false])
  }

  @Test func `R80: EMS E3 alone is no licence, with Windows E5 it is`() throws {
    var fleet = try Fleet.intune()
    fleet.licences = [.mobilitySecurityE3]
    let check = try #require(fleet.readiness().prerequisites.first { $0.name == "licence" })
    #expect(!check.isMet && check.text.contains("Windows E5"))
    fleet.licences = [.mobilitySecurityE3, .windowsE5]
    #expect(fleet.readiness().isReady)
  }

  @Test func `R81: a workgroup device is not eligible`() throws {
    var fleet = try Fleet.intune()
    fleet.devices[0].isEntraJoined = false
    #expect(first(fleet).state == .notEligible && first(fleet).reasons[0].rule == "R81")
  }

  @Test func `R82: enabling the connection twice is once`() throws {
    var connection = IntuneConnection()
    try connection.enable(administers: Set(Inventory.Portal.allCases))
    let once = connection
    try connection.enable(administers: Set(Inventory.Portal.allCases))
    #expect(connection == once && connection.isEnabled)
  }

  @Test func `R83: a toggle that is not saved changes nothing`() {
    var connection = IntuneConnection(isEnabled: true)
    connection.set(.windows, isOn: true)
    #expect(connection.toggles.isEmpty)
    connection.save()
    #expect(connection.toggles == [.windows])
  }

  @Test func `R85: a device that is enrolled after the toggle is connected as well`() throws {
    var fleet = try Fleet.intune(risk: .high)
    fleet.devices.append(Fleet.device("late", "Windows 11, version 23H2", risk: .high))
    #expect(fleet.compliance(of: fleet.devices[1]).name == "non-compliant")
    fleet.connection = IntuneConnection(isEnabled: true)
    #expect(fleet.compliance(of: fleet.devices[1]).name == "not-evaluated")
  }

  @Test func `R91: the package comes with the connection`() throws {
    #expect(IntuneConnection(isEnabled: true).hasPackage)
    #expect(!IntuneConnection(isEnabled: false).hasPackage)
    let fleet = try Fleet.intune()
    #expect(fleet.policies.isEmpty && first(fleet).state == .onboardable)
  }

  @Test func `R94, R142: two profiles that onboard one device conflict, and both are named`() throws
  {
    var fleet = try Fleet.intune()
    #expect(fleet.conflicts().isEmpty)
    var other = try IntuneProfile(name: "Old way", kind: .deviceConfiguration)
    other.groups = ["Staff"]
    fleet.profiles.append(other)
    let conflict = try #require(fleet.conflicts().first)
    #expect(conflict.subject == "ws01")
    #expect(conflict.text.contains("'Onboard'") && conflict.text.contains("'Old way'"))
  }

  @Test func `R95: a profile holds sample sharing and expedited telemetry`() throws {
    let profile = try IntuneProfile(name: "P", kind: .endpointDetectionAndResponse)
    #expect(profile.samples == .none && !profile.expeditesTelemetry)
  }

  @Test func `R96: the package type is hidden while the connection is whole`() {
    #expect(!IntuneConnection(isEnabled: true).showsPackageType)
    #expect(IntuneConnection(isEnabled: false).showsPackageType)
  }

  @Test func `R98: a group of users waits for a sign-in`() throws {
    var fleet = try Fleet.intune()
    fleet.profiles[0].groups = ["Staff"]
    fleet.devices[0].hasSignIn = false
    #expect(first(fleet).state == .waitingForSignIn)
    fleet.devices[0].hasSignIn = true
    #expect(first(fleet).state == .onboardable)
  }

  @Test func `R143: the wait for a sign-in is the same for three kinds of profile`() throws {
    var fleet = try Fleet.intune()
    fleet.devices[0].hasSignIn = false
    for kind in [
      IntuneProfile.Kind.endpointDetectionAndResponse, .appConfiguration, .custom,
    ] {
      var profile = try IntuneProfile(name: "P", kind: kind)
      profile.groups = ["Staff"]
      #expect(fleet.waitsForSignIn(profile, on: fleet.devices[0]))
      profile.groups = ["All Devices"]
      #expect(!fleet.waitsForSignIn(profile, on: fleet.devices[0]))
    }
  }

  @Test func `R99, R100: Android and iOS need no package`() throws {
    #expect(!Platform.android.needsPackage && !Platform.iOS.needsPackage)
    var fleet = try Fleet.intune()
    fleet.profiles = []
    fleet.connection = IntuneConnection(isEnabled: true, toggles: [.android, .iOS])
    for name in ["Android 11", "iOS 14.2"] {
      fleet.devices = [Fleet.device("phone", name)]
      #expect(first(fleet).state == .onboardable, "\(name)")
    }
  }

  @Test func `R144: without the connection a phone cannot be onboarded`() throws {
    var fleet = try Fleet.intune()
    fleet.connection = IntuneConnection()
    fleet.devices = [Fleet.device("phone", "Android 11")]
    #expect(first(fleet).state == .notOnboarded && first(fleet).reasons[0].rule == "R144")
  }

  @Test func `R101: supervised iOS is told by one key of type string`() {
    #expect(IntuneProfile.supervisedKey == "issupervised")
    #expect(IntuneProfile.supervisedType == "string")
    #expect(IntuneProfile.supervisedValue == "{{issupervised}}")
    #expect(IntuneProfile.supervisedApp == "Microsoft Defender for iOS")
  }

  @Test func `R139: a connection without a profile has no data, a profile without it no package`()
    throws
  {
    var fleet = try Fleet.intune(risk: nil)
    fleet.profiles = []
    #expect(fleet.connectionText.hasPrefix("connected, no device data"))
    fleet = try Fleet.intune()
    fleet.connection = IntuneConnection()
    #expect(first(fleet).reasons[0].text.contains("package missing"))
  }

  @Test func `R140: talking, scanning and reporting risk are checked apart`() {
    var device = Fleet.device("pc", "Windows 10, version 1809")
    device.agent = FleetDevice.Agent(isOnboarded: true, isServiceRunning: false)
    device.risk = .low
    let checks = PackageChecks(device)
    #expect(!checks.communicates && !checks.scans && checks.reportsRisk)
    device.agent = Fleet.agent()
    device.risk = nil
    #expect(PackageChecks(device).communicates && PackageChecks(device).scans)
    #expect(!PackageChecks(device).reportsRisk)
  }

  @Test func `R141: offboard takes the package out, and the device stays until it reports`() throws
  {
    var fleet = try Fleet.intune()
    fleet.profiles[0].package = .offboard
    #expect(!fleet.profiles[0].onboards)
    #expect(first(fleet).state == .notOnboarded)
    fleet.devices[0].agent = Fleet.agent()
    #expect(first(fleet).state == .onboarded)
  }

  @Test func `R161: a profile acts only where it is assigned`() throws {
    var fleet = try Fleet.intune()
    fleet.profiles[0].groups = []
    #expect(first(fleet).state == .notOnboarded)
    #expect(first(fleet).reasons[0].text.contains("profile not assigned"))
    #expect(fleet.unassigned().map(\.subject) == ["Onboard"])
  }

  @Test func `R165: with Windows on alone, Android is not connected`() throws {
    var fleet = try Fleet.intune()
    fleet.devices = [Fleet.device("phone", "Android 11")]
    #expect(first(fleet).reasons.first?.rule == "R165")
  }

  @Test func `R166: enabling needs administrative access on both portals`() {
    var connection = IntuneConnection()
    let error = #expect(throws: RuleViolation.self) {
      try connection.enable(administers: [.intune])
    }
    #expect(error?.reason.contains("Microsoft Defender Security Center") == true)
    #expect(!connection.isEnabled)
  }

  @Test func `R170: a prerequisite that fails blocks the first step and is named`() throws {
    var fleet = try Fleet.intune()
    fleet.hasSubscription = false
    let step = try #require(fleet.readiness().parts.first)
    #expect(!step.isMet && step.text.contains("'subscription' comes first"))
  }

  @Test func `R174: a profile needs a name, no description, and is listed under its type`() throws {
    #expect(throws: RuleViolation.self) {
      try IntuneProfile(name: "", kind: .custom)
    }
    let fleet = try Fleet.intune()
    #expect(fleet.profiles[0].text == nil)
    let listed = fleet.profilesByKind().first { $0.kind == .endpointDetectionAndResponse }
    #expect(listed?.names == ["Onboard"])
  }
}
