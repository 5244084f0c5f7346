namespace PhotoLambda.Metadata;

/// <summary>Reads the numbers in a box one after the other; beyond its end they are zero.</summary>
internal ref struct HeifFields(ReadOnlySpan<byte> bytes)
{
    /// <summary>What is not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>Whether more was asked for than there is.</summary>
    public bool IsShort { get; private set; }

    /// <param name="size">0 to 8 bytes, in network order; 0 gives 0.</param>
    public ulong Number(int size)
    {
        ulong number = 0;
        foreach (var octet in Take(size))
        {
            number = (number << 8) | octet;
        }

        return number;
    }

    /// <summary>A number of up to four bytes.</summary>
    public uint Field(int size) => (uint)Number(size);

    /// <summary>Version and flags, with which a FullBox starts.</summary>
    /// <returns>The version.</returns>
    public int Version(out uint flags)
    {
        var version = Number(1);
        flags = Field(3);
        return (int)version;
    }

    public void Skip(long count) => Take(count);

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > Rest.Length)
        {
            IsShort = true;
            Rest = default;
            return default;
        }

        var taken = Rest[..(int)count];
        Rest = Rest[(int)count..];
        return taken;
    }
}
