using System.Runtime.InteropServices;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>One operation of libvips: its arguments are set, it is run, its results are taken.</summary>
internal sealed class VipsOperation : IDisposable
{
    private readonly nint _operation;

    /// <param name="arguments">As the command line of libvips writes them: numbers, and names of choices.</param>
    /// <exception cref="VipsException">There is no such operation, or it has no such argument.</exception>
    public VipsOperation(string name, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        _operation = Libvips.NewOperation(name);
        VipsException.ThrowIf(_operation == 0);
        foreach (var (argument, value) in arguments)
        {
            if (Libvips.SetArgument(_operation, argument, value) != 0)
            {
                Dispose();
                throw VipsException.Last();
            }
        }
    }

    public VipsOperation WithImage(string name, VipsImage image)
    {
        var value = default(GValue);
        Libvips.InitValue(ref value, Libvips.ImageType());
        Libvips.SetObject(ref value, image.Handle);
        Libvips.SetProperty(_operation, name, value);
        Libvips.UnsetValue(ref value);
        return this;
    }

    /// <param name="bytes">Stay where they are as long as anything that was made of them is there.</param>
    public unsafe VipsOperation WithBytes(string name, byte* bytes, int count)
    {
        var (value, blob) = (default(GValue), Libvips.NewBlob(0, bytes, (nuint)count));
        Libvips.InitValue(ref value, Libvips.BlobType());
        Libvips.SetBoxed(ref value, blob);
        Libvips.SetProperty(_operation, name, value);
        Libvips.UnsetValue(ref value);
        Libvips.ReleaseBlob(blob);
        return this;
    }

    /// <exception cref="VipsException">The operation failed.</exception>
    public VipsImage Image()
    {
        Run();
        var value = default(GValue);
        Libvips.InitValue(ref value, Libvips.ImageType());
        Libvips.GetProperty(_operation, "out", ref value);
        var image = Libvips.CopyObject(value);
        Libvips.UnsetValue(ref value);
        return new VipsImage(image);
    }

    /// <inheritdoc cref="Image"/>
    public unsafe byte[] Bytes()
    {
        Run();
        var value = default(GValue);
        Libvips.InitValue(ref value, Libvips.BlobType());
        Libvips.GetProperty(_operation, "buffer", ref value);
        var bytes = Libvips.BytesOf(Libvips.GetBoxed(value), out var count);
        var copy = new ReadOnlySpan<byte>(bytes, checked((int)count)).ToArray();
        Libvips.UnsetValue(ref value);
        return copy;
    }

    public void Dispose()
    {
        // Also of one that failed: it may have got as far as some of them.
        Libvips.ReleaseOutputs(_operation);
        Libvips.Release(_operation);
    }

    private void Run() => VipsException.ThrowIf(Libvips.Build(_operation) != 0);
}

/// <summary>An image of libvips, which as a rule is still to be computed.</summary>
internal sealed class VipsImage(nint handle) : IDisposable
{
    public nint Handle => handle;

    public int Width => Libvips.Width(handle);

    public int Height => Libvips.Height(handle);

    /// <summary>Whether its file comes in several passes over the whole picture.</summary>
    public bool IsInterlaced => Libvips.TypeOf(handle, "interlaced") != 0;

    /// <summary>Computes all pixels. They come from a file once, and several files are made of them.</summary>
    /// <exception cref="VipsException">They cannot be had, or the cancellation came.</exception>
    public VipsImage InMemory(CancellationToken cancellation)
    {
        using var kill = cancellation.UnsafeRegister(_ => Libvips.Kill(handle, 1), null);
        var image = Libvips.CopyToMemory(handle);
        VipsException.ThrowIf(image == 0);
        return new VipsImage(image);
    }

    public void Dispose() => Libvips.Release(handle);
}

/// <summary>libvips does not take the file; the message is its own.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    private const int MostCharacters = 300;

    public static void ThrowIf(bool hasFailed)
    {
        if (hasFailed)
        {
            throw Last();
        }
    }

    public static VipsException Last()
    {
        var text = Libvips.TakeErrors();
        var message = Marshal.PtrToStringUTF8(text)?.Trim() ?? "";
        Libvips.Free(text);
        return new VipsException(message.Length > MostCharacters ? message[..MostCharacters] : message);
    }
}
