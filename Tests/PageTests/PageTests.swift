import Testing

@testable import Page

/// The page as it stands in the program.
struct PageTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test
    func isSmallAndAsksNobodyElse() {
        let page = Page.document()
        #expect(page.count <= Page.bytesMost)
        let text = Self.text(page)
        // The only address is the name of a language for drawings, which nobody fetches.
        let addresses = text.split(separator: "://").dropFirst().map { String($0.prefix(40)) }
        #expect(addresses.allSatisfy { $0.hasPrefix("www.w3.org/2000/svg") }, "\(addresses)")
        for word in ["@import", "url(", "<link", "src=", "eval(", "innerHTML", "insertAdjacent", "document.write"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test
    func allowsItsOwnScriptAndStyleOnly() {
        let text = Self.text(Page.document())
        #expect(text.contains("content=\"\(Page.policy)\""))
        for word in ["unsafe-inline", "unsafe-eval", "*", "http:"] { #expect(!Page.policy.contains(word)) }
        #expect(Page.policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
        #expect(!text.contains("{{"))
    }

    @Test
    func keepsNamesFromEndingTheElementThatHoldsThem() {
        let name = "</script><script>alert(1)</script><!--"
        let text = Self.text(Page.document(figures: Array("{\"name\":\"\(name)\"}".utf8)))
        #expect(!text.contains("alert(1)</script>"))
        #expect(text.contains("\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003c!--"))
    }

    /// Examples from FIPS 180-4's appendix, and lengths around a block's end, against values from coreutils' sha256sum.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    ])
    func hashesAsTheStandardSays(_ message: String, _ expected: String) {
        let digits = Array("0123456789abcdef")
        let hash = Sha256.hash(Array(message.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        #expect(String(hash) == expected)
    }

    @Test
    func writesHashesInBase64() {
        #expect(Sha256.base64(of: []) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    /// What is left out of the script is what no reader of it but people needs.
    @Test(arguments: [
        ("  const one = 1;\n  // why\n\n  let two = one + 2;", "let a=1;let b=a+2;"),
        ("say(\"a , b\", `c  d ${ x }`);", "say(\"a , b\",`c  d ${x}`);"),
        ("const odd = /[\", /]/g;\nf(a / b, \"x / y\")", "let c=/[\", /]/g;f(a/b,\"x / y\")"),
        ("a\nb", "a\nb"),
        ("f(\"\\\" , \", 1)", "f(\"\\\" , \",1)"),
        // Properties keep their names, and shorthand names them still.
        ("const make = row => ({ row, size: row.row });", "let b=a=>({row:a,size:a.row});"),
        (
            "function take({ size, color: shade = size }, ...rest) {\n  return [size, shade, rest];\n}\ntake(1);",
            "function d({size:a,color:c=a},...b){return[a,c,b]}d(1);"
        ),
        ("let isDone = true;\nif (x) { isDone = false; return; }", "let a=!0;if(x){a=!1;return}"),
        (
            "for (const [key, value] of all) told[key] = `${key}: ${{ value }.value}`;",
            "for(let[a,b]of all)told[a]=`${a}: ${{value:b}.value}`;"
        ),
        (
            "const late = () => 1;\ntry { f(); } catch { late(); } finally { late(); }\ndo { late(); } while (x);",
            "let a=()=>1;try{f()}catch{a()}finally{a()}do{a()}while(x);"
        ),
        ("const f = () => {\n  g(x - -1);\n}\nf()", "let a=()=>{g(x- -1)}\na()"),
    ])
    func tightensScriptsWithoutChangingThem(_ source: String, _ expected: String) {
        #expect(Self.text(Script.tightened(Array(source.utf8))) == expected + "\n")
    }

    /// Names are as short as there are letters for, and none of another's.
    @Test
    func givesEachVariableANameOfItsOwn() {
        let names = (0..<200).map { "variable\($0)" }
        let source = names.map { "const \($0) = i;" }.joined(separator: "\n")
        let statements = Self.text(Script.tightened(Array(source.utf8))).split(separator: ";").dropLast()
        let made = statements.map { $0.dropFirst(4).prefix { $0 != "=" } }
        #expect(Set(made).count == 200)
        #expect(!made.contains("i") && !made.contains("do") && !made.contains("if"))
    }
}
