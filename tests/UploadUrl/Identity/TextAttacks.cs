using System.Buffers.Text;
using System.Numerics;

namespace PhotoLambda.Tests;

/// <summary>Good tokens after someone has been at their text or their signature.</summary>
internal static class TextAttacks
{
    // The order of P-256 (FIPS 186-4, D.1.2.3), and its prime.
    private static readonly BigInteger Order =
        new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), true, true);

    private static readonly BigInteger Prime =
        new(Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"), true, true);

    private static readonly string[] Foreign =
        ["\0", "\n", "\r\n", "\u007f", "é", "ａ", "。", "\u200b", "\u00a0", "\ud83d\ude00", "\ufeff"];

    private static readonly string[] Ends =
        ["=", "==", "===", "A", "AA", "AAA", "-", "+", "/", "%3D", "~", "!", "\\", "\"", ",", ";"];

    private static readonly string[] Strange =
        [" ", "\t", "+", "/", "=", "%", "%41", "\\u0041", "&", "#", "?", "*", ":"];

    private static readonly int[] TooLong =
        [16_385, 16_386, 16_387, 16_388, 16_400, 17_000, 20_000, 32_768, 65_537, 200_000];

    private static readonly string[] RsaAlgorithms = ["RS256", "PS256"];

    private static readonly string[] Headers =
        ["""{"alg":"ES256","kid":"ec"}""", """{"alg":"RS256","kid":"rsa"}""", """{"alg":"PS256","kid":"rsa"}"""];

    public static IEnumerable<Attack> All(TokenForge forge, Random random)
    {
        var es = forge.Token().Split('.');
        var others = RsaAlgorithms.Select(a => forge.Under($$"""{"alg":"{{a}}","kid":"rsa"}""", a).Split('.'));
        return
        [
            .. Signatures(es, random, step: 1), .. others.SelectMany(o => Signatures(o, random, step: 8)),
            .. Numbers(es), .. Letters(es, random), .. Arrangements(forge, es), .. Sizes(forge, random),
        ];
    }

    /// <summary>What an event may have in a header and HTTP may not.</summary>
    public static IEnumerable<Attack> Unsendable(TokenForge forge) =>
        from text in Foreign
        let token = forge.Token()
        from at in Enumerable.Range(0, 9).Select(i => token.Length * i / 8)
        select new Attack($"U+{(int)text[0]:X4} at {at}", token.Insert(at, text));

    private static IEnumerable<Attack> Signatures(string[] token, Random random, int step)
    {
        var good = Base64Url.DecodeFromChars(token[2]);
        for (var length = 0; length < good.Length; length += step)
        {
            yield return Signed(token, $"its first {length} bytes", good[..length]);
            yield return Signed(token, $"its last {length} bytes", good[(good.Length - length)..]);
            var flipped = good.ToArray();
            flipped[length] ^= (byte)(1 << random.Next(8));
            yield return Signed(token, $"a bit flipped in byte {length}", flipped);
        }

        foreach (var more in new[] { 1, 2, 31, 32, 64, 256, 1024 })
        {
            var noise = new byte[more];
            random.NextBytes(noise);
            yield return Signed(token, $"{more} zeros behind", [.. good, .. new byte[more]]);
            yield return Signed(token, $"{more} zeros in front", [.. new byte[more], .. good]);
            yield return Signed(token, $"{more} bytes behind", [.. good, .. noise]);
        }

        var half = good.Length / 2;
        yield return Signed(token, "its halves swapped", [.. good.Skip(half), .. good.Take(half)]);
        yield return Signed(token, "it backwards", [.. good.Reverse()]);
        yield return Signed(token, "it twice", [.. good, .. good]);
        yield return Signed(token, "it complemented", [.. good.Select(b => (byte)~b)]);
    }

    /// <summary>Values of r and s that mean something to the curve.</summary>
    private static IEnumerable<Attack> Numbers(string[] token)
    {
        var good = Base64Url.DecodeFromChars(token[2]);
        byte[][] special =
        [
            .. new[] { 0, 1, Order - 1, Order, Order + 1, Prime, (BigInteger.One << 256) - 1 }.Select(Bytes),
            good[..32], good[32..],
        ];
        return
            from r in special
            from s in special
            where !good.SequenceEqual(r.Concat(s))
            select Signed(token, $"r {Convert.ToHexString(r)}, s {Convert.ToHexString(s)}", [.. r, .. s]);
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    /// <summary>Other spellings of the same bytes, white space, and letters changed at random.</summary>
    private static IEnumerable<Attack> Letters(string[] token, Random random)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (var part = 0; part < 3; part++)
        {
            var text = token[part];
            foreach (var end in Ends)
            {
                yield return Changed(token, part, text + end);
            }

            foreach (var strange in Strange)
            {
                yield return Changed(token, part, text.Insert(text.Length / 2, strange));
            }

            for (var i = 0; i < 25; i++)
            {
                var at = random.Next(text.Length);
                var letter = Alphabet[(Alphabet.IndexOf(text[at], StringComparison.Ordinal) + random.Next(1, 64)) % 64];
                yield return Changed(token, part, text[..at] + letter + text[(at + 1)..]);
            }
        }
    }

    private static IEnumerable<Attack> Arrangements(TokenForge forge, string[] token)
    {
        var other = forge.Token(("sub", "root")).Split('.');
        var (h, p, s) = (token[0], token[1], token[2]);
        string[] texts =
        [
            ".", "..", "...", h, p, s, $"{h}.", $"{h}.{p}", $"{h}.{p}.", $"{h}..{s}", $".{p}.{s}", $"..{s}", $".{p}.",
            $"{h}.{s}.{p}", $"{p}.{h}.{s}", $"{p}.{s}.{h}", $"{s}.{h}.{p}", $"{s}.{p}.{h}", $"{h}.{p}.{s}.",
            $".{h}.{p}.{s}", $"{h}.{p}.{s}.{s}", $"{h}.{h}.{p}.{s}", $"{h}.{p}.{p}.{s}", $"{h}.{p}.{s}.{h}.{p}",
            $"{h}..{p}.{s}", $"{h}.{p}..{s}",
            $"{h},{p},{s}", $"{h}/{p}/{s}", $"{h}%2E{p}%2E{s}", $"\"{h}.{p}.{s}\"", $"{h}.{p}.{s},{h}.{p}.{s}",
            $"{h}.{p}.{s} {h}.{p}.{s}", $"Bearer {h}.{p}.{s}", $"token={h}.{p}.{s}", $"<{h}.{p}.{s}>",
            $"{h}.{other[1]}.{s}", $"{h}.{p}.{other[2]}", string.Concat(h, p, s),
            $$"""{"protected":"{{h}}","payload":"{{p}}","signature":"{{s}}"}""",
            $$"""{"payload":"{{p}}","signatures":[{"protected":"{{h}}","signature":"{{s}}"}]}""",
        ];
        return
        [
            .. texts.Select(t => new Attack($"arranged as {t}", t)),
            .. Headers.Select(h => new Attack($"{h} before other parts", $"{TokenForge.Encode(h + " ")}.{p}.{s}")),
        ];
    }

    private static IEnumerable<Attack> Sizes(TokenForge forge, Random random) =>
        from length in TooLong
        from text in new[]
        {
            forge.TokenOfLength(length), new string('A', length), new string('.', length),
            string.Concat(forge.Token(), new string('=', length)), new string((char)random.Next('!', '~'), length),
        }
        select new Attack($"{text.Length} characters {text[..10]}", text);

    private static Attack Signed(string[] token, string name, byte[] signature) =>
        new($"{token[0]} with {name}", $"{token[0]}.{token[1]}.{Base64Url.EncodeToString(signature)}");

    private static Attack Changed(string[] token, int part, string text)
    {
        string[] parts = [.. token];
        parts[part] = text;
        return new($"part {part} as {text}", string.Join('.', parts));
    }
}
