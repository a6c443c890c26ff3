/// What the shop sells and the words that its events use, as bytes ready to be copied into a line.
struct RetailCatalogue {
    /// Products in a category; category and index give the product: `category + index * categories`.
    static let productsPerCategory = 170

    static let categories = [
        ("shoes", 2900, 14_000), ("dresses", 1900, 12_000), ("shirts", 1200, 6500), ("jackets", 3900, 24_000),
        ("bags", 1500, 18_000), ("watches", 2500, 39_000), ("toys", 600, 7000), ("books", 500, 3200),
        ("kitchen", 700, 16_000), ("garden", 500, 12_000), ("sports", 900, 15_000), ("beauty", 400, 5900),
    ]

    /// What decides on the tier (by its three lowest bits) and the zone of a customer.
    static func trait(of customer: Int) -> UInt64 { Dice.mixed(UInt64(customer) ^ 0x7ab5) }

    /// `"sku":"SKU-10398","price":83.44,"category":"shoes"`: always the same for one product.
    let product: [Fragment]
    let priceCents: [Int]
    /// `"page":"/category/shoes"`, one a category.
    let categoryPage: [Fragment]
    let otherPage = quoted("page", ["/home", "/offers", "/help", "/account", "/stores", "/new-arrivals"])
    /// Six a category: `"query":"running shoes"`.
    let query: [Fragment]
    let campaign = quoted(
        "campaign", ["spring_sale", "weekly_news", "cart_reminder", "loyalty_club", "back_in_stock", "new_season"])
    let network = quoted("network", ["search", "social", "display", "retargeting"])
    let tier = quoted("tier", ["bronze", "bronze", "bronze", "bronze", "bronze", "silver", "silver", "gold"])
    let timezone = quoted(
        "timezone",
        [
            "Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Argentina/Buenos_Aires",
            "America/Lima", "America/Santiago", "Europe/London", "America/New_York",
        ])
    let sentiment = quoted("sentiment", ["negative", "neutral", "positive"])
    let topic = quoted("topic", ["delivery", "payment", "return", "product", "account", "size"])
    let reason = quoted("reason", ["wrong_size", "damaged", "not_as_described", "late", "changed_mind"])
    let version = quoted("version", ["5.2.0", "5.2.1", "5.3.0", "5.4.2"])

    init() {
        let adjectives = ["red", "black", "cheap", "new", "summer", "gift"]
        var product: [Fragment] = []
        var priceCents: [Int] = []
        for number in 0..<Self.productsPerCategory * Self.categories.count {
            let (category, least, most) = Self.categories[number % Self.categories.count]
            // Low prices are more common: the square of an even draw, spread over the category's range.
            let draw = Int(Dice.mixed(UInt64(number) &+ 0x5e11) >> 48)
            let cents = least + (most - least) * (draw * draw / 65_536) / 65_536
            var text = fragment("\"sku\":\"SKU-\(10_000 + number)\",\"price\":")
            EventLine.amount(cents, into: &text)
            text += fragment(",\"category\":\"\(category)\"")
            product.append(text)
            priceCents.append(cents)
        }
        self.product = product
        self.priceCents = priceCents
        categoryPage = Self.categories.flatMap { quoted("page", ["/category/\($0.0)"]) }
        query = Self.categories.flatMap { category in adjectives.flatMap { quoted("query", ["\($0) \(category.0)"]) } }
    }
}
