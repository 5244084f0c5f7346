namespace PhotoLambda.Bench;

/// <summary>Real files with some bytes changed, mostly where their structure is; some are cut.</summary>
internal sealed class Mutants(IReadOnlyList<byte[]> originals, int seed)
{
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[originals.Max(f => f.Length)];

    /// <returns>The next mutant, until the one after it is asked for.</returns>
    public ReadOnlyMemory<byte> Next()
    {
        var original = originals[_random.Next(originals.Count)];
        original.CopyTo(_buffer, 0);
        for (var changes = _random.Next(1, 20); changes > 0; changes--)
        {
            var at = _random.Next(_random.Next(4) == 0 ? original.Length : Math.Min(original.Length, 1024));
            _buffer[at] = _random.Next(4) switch
            {
                0 => (byte)_random.Next(256),
                1 => (byte)(_buffer[at] ^ (1 << _random.Next(8))),
                2 => (byte)(_random.Next(2) * 255),
                _ => original[_random.Next(original.Length)],
            };
        }

        return _buffer.AsMemory(0, _random.Next(8) == 0 ? _random.Next(original.Length + 1) : original.Length);
    }
}
