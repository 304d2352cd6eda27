import Detections
import Evidence

/// `crosswatch detections`: what the product can find, made from the cards.
public enum Catalogue {
  static let slugs: [String] = Detections.cards.map(\.slug)

  public static var json: [UInt8] {
    var json = JSONWriter()
    for card in Detections.cards {
      write(card, to: &json)
      json.endLine()
    }
    return json.bytes
  }

  public static func lines(usesColour: Bool) -> [String] {
    var table = Table([
      Table.Column("DETECTION"), Table.Column("SEVERITY"), Table.Column("PHASE"),
      Table.Column("TECHNIQUES"), Table.Column("TITLE"),
    ])
    for card in Detections.cards {
      table.add([
        Table.Cell(card.slug, .bold), Badge.cell(card.severity),
        Table.Cell(card.phase.rawValue), Table.Cell(card.techniques.joined(separator: ", ")),
        Table.Cell(card.title),
      ])
    }
    return table.lines(usesColour: usesColour)
  }

  public static func json(of slug: String) throws -> String {
    var json = JSONWriter()
    write(try card(slug), to: &json)
    return json.text
  }

  public static func lines(of slug: String, usesColour: Bool) throws -> [String] {
    let card = try card(slug)
    var page = Page(usesColour: usesColour)
    page.title(card.title, Badge.style(card.severity))
    page.fact("detection", card.slug)
    page.fact("severity", card.severity.name)
    page.fact("phase", card.phase.rawValue)
    page.fact("techniques", card.techniques.joined(separator: ", "))
    page.fact("also known", card.aliases.joined(separator: ", "))
    page.fact("looks at", card.kinds.map { "\($0)" }.joined(separator: ", "))
    page.text("What it means", card.meaning)
    page.text("What it needs", card.needs)
    page.list("Thresholds", card.thresholds.map { "\($0.name) \($0.value): \($0.reason)" })
    page.list("What benign looks like it", card.lookalikes)
    page.list("What it cannot see", card.blindSpots)
    page.list("Next steps", card.nextSteps)
    return page.lines
  }

  private static func card(_ slug: String) throws -> Card {
    guard let card = Detections.cards.first(where: { $0.slug == slug }) else {
      throw Failure(
        "no detection is called '\(slug)'; 'crosswatch detections' lists them",
        code: .configuration)
    }
    return card
  }

  private static func write(_ card: Card, to json: inout JSONWriter) {
    json.beginObject()
    json.member("detection", card.slug)
    json.member("title", card.title)
    json.member("severity", card.severity.name)
    json.member("phase", card.phase.rawValue)
    json.member("techniques", card.techniques)
    json.member("aliases", card.aliases)
    json.member("kinds", card.kinds.map { "\($0)" })
    json.member("meaning", card.meaning)
    json.member("needs", card.needs)
    json.list("thresholds", card.thresholds) { threshold, json in
      json.member("name", threshold.name)
      json.member("value", threshold.value)
      json.member("reason", threshold.reason)
    }
    json.member("lookalikes", card.lookalikes)
    json.member("blindSpots", card.blindSpots)
    json.member("nextSteps", card.nextSteps)
    json.endObject()
  }
}
