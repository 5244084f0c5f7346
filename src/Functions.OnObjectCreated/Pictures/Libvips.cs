using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>
/// What is called of libvips, and of GLib within it. None of these functions is variadic: how arguments without a
/// declared type are passed differs from one processor to the next.
/// </summary>
/// <remarks>libvips.org/API/current and docs.gtk.org/gobject</remarks>
internal static unsafe partial class Libvips
{
    /// <summary>A name that no file has: <see cref="VipsLibrary"/> says which one it is.</summary>
    public const string Name = "photolambda-vips";

    // GLib's numbers for what is no end of the process: criticals, warnings, messages, information, debugging.
    private const int Chatter = 0x08 | 0x10 | 0x20 | 0x40 | 0x80;

    [LibraryImport(Name, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Init(string program);

    [LibraryImport(Name, EntryPoint = "vips_concurrency_set")]
    private static partial void SetConcurrency(int threads);

    [LibraryImport(Name, EntryPoint = "vips_cache_set_max")]
    private static partial void SetCache(int operations);

    [LibraryImport(Name, EntryPoint = "vips_block_untrusted_set")]
    private static partial void BlockUntrusted(int isBlocked);

    [LibraryImport(Name, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void Block(string className, int isBlocked);

    [LibraryImport(Name, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint HandleLog(
        string domain, int levels, delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint data);

    [LibraryImport(Name, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrors();

    [LibraryImport(Name, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(Name, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewOperation(string name);

    [LibraryImport(
        Name, EntryPoint = "vips_object_set_argument_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetArgument(nint operation, string name, string value);

    [LibraryImport(Name, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(nint item, string name, in GValue value);

    [LibraryImport(Name, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(nint item, string name, ref GValue value);

    [LibraryImport(Name, EntryPoint = "vips_object_build")]
    public static partial int Build(nint operation);

    [LibraryImport(Name, EntryPoint = "vips_object_unref_outputs")]
    public static partial void ReleaseOutputs(nint operation);

    [LibraryImport(Name, EntryPoint = "g_object_unref")]
    public static partial void Release(nint item);

    [LibraryImport(Name, EntryPoint = "g_value_init")]
    public static partial nint InitValue(ref GValue value, nuint type);

    [LibraryImport(Name, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(ref GValue value);

    [LibraryImport(Name, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(ref GValue value, nint item);

    [LibraryImport(Name, EntryPoint = "g_value_dup_object")]
    public static partial nint CopyObject(in GValue value);

    [LibraryImport(Name, EntryPoint = "g_value_set_boxed")]
    public static partial void SetBoxed(ref GValue value, nint boxed);

    [LibraryImport(Name, EntryPoint = "g_value_get_boxed")]
    public static partial nint GetBoxed(in GValue value);

    [LibraryImport(Name, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Name, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    /// <param name="free">Called when nobody uses the bytes any more; 0: they are somebody else's.</param>
    [LibraryImport(Name, EntryPoint = "vips_blob_new")]
    public static partial nint NewBlob(nint free, byte* bytes, nuint count);

    [LibraryImport(Name, EntryPoint = "vips_blob_get")]
    public static partial byte* BytesOf(nint blob, out nuint count);

    [LibraryImport(Name, EntryPoint = "vips_area_unref")]
    public static partial void ReleaseBlob(nint blob);

    [LibraryImport(Name, EntryPoint = "vips_image_get_width")]
    public static partial int Width(nint image);

    [LibraryImport(Name, EntryPoint = "vips_image_get_height")]
    public static partial int Height(nint image);

    /// <returns>The type of what the image says under that name; 0 when it says nothing.</returns>
    [LibraryImport(Name, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeOf(nint image, string name);

    /// <returns>A new image, all of its pixels computed; 0 when that failed.</returns>
    [LibraryImport(Name, EntryPoint = "vips_image_copy_memory")]
    public static partial nint CopyToMemory(nint image);

    /// <summary>Lets whoever computes the image give up.</summary>
    [LibraryImport(Name, EntryPoint = "vips_image_set_kill")]
    public static partial void Kill(nint image, int isKilled);

    /// <summary>
    /// Once in a process: one thread, nothing kept from one picture to the next, and no decoders but those named.
    /// </summary>
    /// <returns>False when the library cannot start.</returns>
    public static bool Start(IEnumerable<string> loaders)
    {
        if (Init("photolambda") != 0)
        {
            return false;
        }

        SetConcurrency(1);
        SetCache(0);
        BlockUntrusted(1);
        Block("VipsForeignLoad", 1);
        foreach (var loader in loaders)
        {
            Block(loader, 0);
        }

        // It would write to standard error of whatever it finds odd in a file.
        foreach (var domain in new[] { "VIPS", "GLib", "GLib-GObject" })
        {
            HandleLog(domain, Chatter, &Ignore, 0);
        }

        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, nint data)
    {
    }
}

/// <summary>GLib's box for a value of any of its types: the type and two words.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    private readonly nuint _type;
    private readonly ulong _first;
    private readonly ulong _second;
}
