import Storage

/// What events are by their names, in English and Spanish: a beginning, to be looked at by who knows them.
enum EventGuess {
    /// What is said of a touchpoint.
    struct Traits {
        var stage: String
        var phase: String
        var polarity = "neutral"
        var isFriction = false
    }

    /// Words of names, each list with what they tell; the first list with a word in the name counts.
    private static let kinds: [(words: [String], traits: Traits)] = [
        (
            [
                "fail", "error", "reject", "declin", "complain", "cancel", "refund", "return_request", "unsubscrib",
                "removed", "remove_", "denied", "timeout", "abandon", "queja", "reclam", "devoluc", "baja", "fallid",
                "rechaz", "cancelad",
            ], Traits(stage: "retention", phase: "after", polarity: "negative", isFriction: true)
        ),
        (
            ["review", "refer", "share", "recommend", "rating", "survey", "nps", "reseña", "opinion", "encuesta"],
            Traits(stage: "advocacy", phase: "after", polarity: "positive")
        ),
        (
            [
                "purchase", "order_complet", "order complet", "payment_done", "payment_success", "paid",
                "checkout_complet",
                "subscribed", "contract_signed", "converted", "compra", "pedido", "pago_hecho", "contratad",
            ], Traits(stage: "decision", phase: "during", polarity: "positive")
        ),
        (
            [
                "cart", "basket", "checkout", "payment", "delivery", "shipping", "product add", "application", "quote",
                "trial", "sign", "regist", "carrito", "cesta", "envio", "solicitud", "alta",
            ], Traits(stage: "decision", phase: "during")
        ),
        (
            [
                "support", "ticket", "help", "login", "logged", "app_open", "invoice", "renew", "upgrade", "feature",
                "identify", "soporte", "ayuda", "factura", "acceso",
            ], Traits(stage: "retention", phase: "after")
        ),
        (
            [
                "product", "search", "catalog", "pricing", "detail", "compare", "demo", "wishlist", "favorite", "item",
                "producto", "busqueda", "búsqueda", "precio", "video",
            ], Traits(stage: "consideration", phase: "before")
        ),
        (
            [
                "ad_", "ad click", "campaign", "promotion", "email", "landing", "page", "visit", "view", "screen",
                "session", "open", "main", "home", "anuncio", "visita", "pagina", "página",
            ], Traits(stage: "awareness", phase: "before")
        ),
    ]

    /// Names of what browsers and machines ask for by themselves: no step of anybody's way.
    private static let noActs = [
        "asset", "robots", "static", "favicon", "sitemap", "heartbeat", "ping", "health", "keepalive", "metric",
        "crawl",
    ]

    /// Whether somebody does it.
    static func isAct(_ type: String) -> Bool {
        let name = type.lowercased()
        return !noActs.contains { name == $0 || name.hasPrefix($0 + "_") || name.hasSuffix("_" + $0) }
    }

    static func traits(of type: String) -> Traits? {
        if !isAct(type) { return nil }
        let name = type.lowercased()
        return kinds.first { $0.words.contains { name.contains($0) } }?.traits
    }

    /// Names of what a journey is to come to, the surest first.
    private static let goals = [
        "purchase", "order_completed", "order completed", "payment_done", "checkout_completed", "checkout completed",
        "order_placed", "transaction", "subscribed", "subscription_started", "contract_signed", "application_approved",
        "compra", "pedido", "contrat", "paid", "payment_success", "signup", "signed_up", "sign_up", "signed up",
        "converted",
        "order", "registered",
    ]
    /// Names of steps that are often left, the surest first.
    private static let steps = [
        "add_to_cart", "product added", "cart", "basket", "checkout_started", "checkout started", "begin_checkout",
        "checkout", "carrito", "cesta", "application_started", "application", "quote", "trial", "form", "solicitud",
        "product", "search",
    ]

    static func goal(among types: [String]) -> String? {
        first(of: goals, in: types.filter { isAct($0) && traits(of: $0)?.isFriction != true })
    }

    static func step(among types: [String]) -> String? {
        first(of: steps, in: types.filter { isAct($0) && traits(of: $0)?.isFriction != true })
    }

    private static func first(of words: [String], in types: [String]) -> String? {
        for word in words {
            if let same = types.first(where: { $0.lowercased() == word }) { return same }
        }
        for word in words {
            if let near = types.first(where: { $0.lowercased().contains(word) }) { return near }
        }
        return nil
    }

    /// Names of properties that say what an event is about.
    static let subjects = [
        "sku", "product_id", "productId", "item_id", "cart_id", "product", "plan", "course_id", "loan_id", "quote_id",
    ]
    /// Names of properties that say what something is worth.
    static let worths = ["price", "total", "amount", "value", "revenue", "importe", "precio", "total_price"]
}
