import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("abc", "xabcx", true), ("^abc$", "xabc", false), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
        ("^b$", "a\nb", false), ("(?m)^b$", "a\nb\nc", true), ("a|b|", "", true), ("[^a-c]+", "abc", false),
        ("[]a]", "]", true), ("[a\\]]", "]", true), ("\\d{3}-\\d{2,}", "x123-4567", true), ("\\d{3}", "12", false),
        ("a{,2}", "a{,2}", true), ("a{2}{3}", "", nil), ("a{2,1}", "", nil), ("(?i)straße", "STRAßE", true),
        ("(?i)[a-c]+Z", "ABz", true), ("a(?i:b)c", "aBC", false), ("\\bfoo\\b", "a foo b", true),
        ("\\bfoo\\b", "afoo", false), ("\\Boo", "foo", true), ("\\p{Lu}\\pL+", "Ünder", true),
        ("\\P{L}", "abc", false), ("[[:alpha:]_]+", "_x", true), ("[[:nope:]]", "", nil), ("\\x{1F600}", "😀", true),
        ("\\x41\\101", "AA", true), ("\\Qa.b\\E+", "a.bb", true), ("(?P<year>\\d+)", "2026", true),
        ("(?<year>\\d+)", "x", false), ("(a)\\1", "aa", nil), ("(?=a)", "a", nil), ("a++", "a", nil), ("*", "", nil),
        ("(", "", nil), (")", "", nil), ("[a", "", nil), ("[b-a]", "", nil), ("\\", "", nil), ("a*?b+?", "aab", true),
        ("x*", "", true), ("b\\B.", "ab bc", true), ("b\\b", "abc", false), ("bc$", "abcabc", true),
        ("(?m)^b", "ab\nb", true), ("ab+c", "ababbc", true), ("é\\b", "é", false), ("é\\B", "aé", true),
        ("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false), ("\\.", "a", false),
        ("ñ+", "mañana", true), ("[а-я]+", "привет", true), (".", "😀", true), ("^.$", "😀", true), ("\\C", "a", nil),
    ])
    func findsWhatRE2Finds(_ pattern: String, _ subject: String, _ expected: Bool?) {
        let found = LanguageCase.evaluate("r'''\(subject)'''.matches(r'''\(pattern)''')")
        #expect(found == expected.map { $0 ? "true" : "false" })
        // A pattern that is known only when it is evaluated means the same.
        #expect(LanguageCase.evaluate("matches(r'''\(subject)''', ['', r'''\(pattern)'''][1])") == found)
    }
}
