/// One event's line; the time in milliseconds.
func event(
    _ customer: String, _ type: String, at time: Int64, id: String? = nil, _ properties: String = "", more: String = ""
) -> String {
    let id = id.map { "\"id\":\"\($0)\"," } ?? ""
    return "{\(id)\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(time)\(more),"
        + "\"properties\":{\(properties)}}\n"
}
