import Evidence
import Testing
import Workspaces

@Suite struct `Onboarding by Configuration Manager` {
  private let file: Set<Credential> = [.configurationFile]
  private let pair: Set<Credential> = [.workspaceID, .workspaceKey]
  private let upLevel = "Windows 10, version 1809"
  private let downLevel = "Windows 8.1"

  private func states(_ inventory: Inventory) -> [DeviceCoverage.State] {
    inventory.devices.map { inventory.coverage(of: $0).state }
  }

  private func reasons(_ inventory: Inventory) -> String {
    inventory.devices.flatMap { inventory.coverage(of: $0).reasons.map(\.text) }
      .joined(separator: "; ")
  }

  @Test func `R55: a missing subscription, client or system is named`() {
    var fleet = Fleet.collection([upLevel], holding: file)
    #expect(states(fleet) == [.onboardable])
    fleet.hasSubscription = false
    #expect(reasons(fleet).contains("no subscription"))
    fleet.hasSubscription = true
    fleet.devices[0].managers = []
    #expect(reasons(fleet).contains("install a client"))
    let unsupported = Fleet.collection(["Windows 7 SP1"], holding: file)
    #expect(reasons(unsupported).contains("not in the list of supported systems"))
  }

  @Test func `R62: with file, ID and key a mixed collection is onboardable as a whole`() {
    let fleet = Fleet.collection([upLevel, downLevel], holding: file.union(pair))
    #expect(states(fleet) == [.onboardable, .onboardable])
    #expect(fleet.forecasts().first?.isMixed == true)
  }

  @Test func `R65: collections of one class take that class's instructions`() {
    #expect(states(Fleet.collection([upLevel], holding: file)) == [.onboardable])
    #expect(states(Fleet.collection([downLevel], holding: pair)) == [.onboardable])
  }

  @Test func `R67: one file serves Windows 10, Server 1803 and Server 2019`() {
    let fleet = Fleet.collection(
      [upLevel, "Windows Server 2016, version 1803", "Windows Server 2019"], holding: file)
    #expect(states(fleet).allSatisfy { $0 == .onboardable })
    #expect(Credential.configurationFile.place.contains("the same file"))
  }

  @Test func `R68: one pair of ID and key serves Windows 8.1 and both servers`() {
    let fleet = Fleet.collection(
      [downLevel, "Windows Server 2012 R2", "Windows Server 2016"], holding: pair)
    #expect(states(fleet).allSatisfy { $0 == .onboardable })
    #expect(states(Fleet.collection([downLevel], holding: file)) == [.notOnboarded])
  }

  @Test func `R72, R168: sample sharing has two values in two vocabularies`() throws {
    #expect(SampleCollection.allCases.count == 2)
    #expect(SampleCollection(word: "Not configured") == SampleCollection(word: "None"))
    #expect(SampleCollection(word: "Enable") == SampleCollection(word: "All file types"))
    #expect(SampleCollection(word: "some") == nil)
    #expect(throws: RuleViolation.self) { try SampleCollection.none.checkSubmission() }
    try SampleCollection.allFileTypes.checkSubmission()
  }

  @Test func `R76: an offboarding file is valid to the end of day 30`() {
    let day: Int64 = 86400
    let package = ConfigurationPackage(kind: .offboarding, made: Fleet.now)
    func isValid(_ days: Int64) -> Bool {
      package.isValid(at: Instant(seconds: Fleet.now.seconds + days * day))
    }
    #expect(isValid(0) && isValid(30) && !isValid(31))
    #expect(!ConfigurationPackage(kind: .offboarding).isValid(at: Fleet.now))
  }

  @Test func `R133: a down-level device in an offboarding collection is warned of`() {
    var fleet = Fleet.collection([upLevel, downLevel], holding: [])
    fleet.policies[0].kind = .offboarding
    #expect(fleet.offboardingWarnings().map(\.subject) == ["pc1"])
  }

  @Test func `R134: an offboarding policy with a key or sample setting is rejected`() {
    var policy = OnboardingPolicy(name: "Off", kind: .offboarding)
    #expect(throws: Never.self) { try policy.check(organisation: nil, now: Fleet.now) }
    policy.hasWorkspaceKey = true
    policy.samples = .allFileTypes
    let error = #expect(throws: RuleViolation.self) {
      try policy.check(organisation: nil, now: Fleet.now)
    }
    #expect(error?.rule == "R134")
  }

  @Test func `R135: a device in two collections of one policy is counted once`() {
    var fleet = Fleet.collection([upLevel], holding: file)
    fleet.collections.append(DeviceCollection(name: "More", devices: ["pc0"]))
    fleet.policies[0].collections = ["All", "More"]
    #expect(fleet.forecasts().map(\.collection) == ["All", "More"])
    #expect(fleet.onboardableInTotal() == ["pc0"])
  }

  @Test func `R92: a device that is onboarded needs nothing again`() {
    var fleet = Fleet.collection([upLevel], holding: [])
    #expect(states(fleet) == [.notOnboarded])
    fleet.devices[0].agent = Fleet.agent()
    #expect(states(fleet) == [.onboarded])
  }

  @Test func `R93: how a device was onboarded is kept`() throws {
    var fleet = Fleet.collection([upLevel], holding: file)
    #expect(fleet.coverage(of: fleet.devices[0]).source == .configurationManager)
    fleet.devices[0].agent = Fleet.agent()
    fleet.devices[0].source = .groupPolicy
    #expect(fleet.coverage(of: fleet.devices[0]).source == .groupPolicy)
    let intune = try Fleet.intune()
    #expect(intune.coverage(of: intune.devices[0]).source == .endpointDetectionAndResponse)
  }

  @Test func `R176: help links exist`() {
    #expect(HelpLink.allCases.count == 4)
    #expect(HelpLink.allCases.allSatisfy { $0.address.hasPrefix("https://") })
    #expect(Set(HelpLink.allCases.map(\.address)).count == 4)
  }
}

@Suite struct `Health of agents` {
  private let upLevel = "Windows 10, version 1809"

  private func fleet(eligible: Int, onboarded: Int, ineligible: Int) -> Inventory {
    var fleet = Fleet.collection(
      Array(repeating: upLevel, count: eligible)
        + Array(repeating: "Windows 7", count: ineligible),
      holding: [.configurationFile])
    for place in 0..<onboarded { fleet.devices[place].agent = Fleet.agent() }
    return fleet
  }

  @Test func `R73: deployment is a number and a percentage of eligible managed clients`() {
    let fleet = fleet(eligible: 40, onboarded: 30, ineligible: 10)
    #expect(fleet.health(at: Fleet.now).deployment?.text == "30 of 40 (75 %)")
  }

  @Test func `R74: each device is in one state, and percentages sum to 100`() {
    var fleet = fleet(eligible: 6, onboarded: 6, ineligible: 0)
    fleet.devices[0].agent = Fleet.agent(hours: 8 * 24)
    fleet.devices[1].agent?.isServiceRunning = false
    fleet.devices[2].agent = Fleet.agent(false)
    let states = fleet.health(at: Fleet.now).states
    #expect(states.map(\.tile.count) == [3, 1, 1, 1])
    #expect(states.map(\.tile.percent).reduce(0, +) == 100)
    #expect(AgentHealth.allCases.count == 4)
  }

  @Test func `R75: not onboarded precedes the service, the service precedes silence`() {
    var device = Fleet.device("pc", upLevel)
    device.agent = FleetDevice.Agent(isOnboarded: false, isServiceRunning: false)
    #expect(AgentHealth(device, at: Fleet.now) == .notOnboarded)
    device.agent?.isOnboarded = true
    #expect(AgentHealth(device, at: Fleet.now) == .agentState)
    device.agent?.isServiceRunning = true
    #expect(AgentHealth(device, at: Fleet.now) == .inactive)
    device.agent?.lastData = Fleet.now
    #expect(AgentHealth(device, at: Fleet.now) == .healthy)
  }

  @Test func `R137: without eligible clients it says 0 of 0`() {
    let fleet = fleet(eligible: 0, onboarded: 0, ineligible: 3)
    #expect(fleet.health(at: Fleet.now).deployment?.text == "0 of 0")
  }

  @Test func `R162: each tile names its own base`() {
    var fleet = fleet(eligible: 40, onboarded: 30, ineligible: 0)
    // Ten of the onboarded are silent about themselves but for what the service noted.
    for place in 0..<10 { fleet.devices[place].agent = nil }
    let health = fleet.health(at: Fleet.now)
    #expect(health.deployment?.base == 40)
    #expect(health.deployment?.baseText == "eligible managed clients")
    #expect(health.states.first?.tile.base == 20)
    #expect(health.states.first?.tile.baseText == "clients whose agent reports")
  }

  @Test func `R163: without a deployed policy there is nothing to monitor`() {
    var fleet = fleet(eligible: 2, onboarded: 0, ineligible: 0)
    fleet.policies[0].collections = []
    #expect(fleet.health(at: Fleet.now).deployment == nil)
    #expect(fleet.health(at: Fleet.now).states.isEmpty)
    #expect(FleetHealth.nothingDeployed == "no onboarding policy deployed")
  }
}
