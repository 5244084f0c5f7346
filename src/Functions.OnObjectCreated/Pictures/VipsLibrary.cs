using System.Runtime.InteropServices;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>The file of libvips. It is loaded when the first picture is to be made, and not before.</summary>
internal static class VipsLibrary
{
    /// <summary>Where it is, when not where Lambda puts what layers bring.</summary>
    public const string Variable = "PHOTOLAMBDA_LIBVIPS";

    // /opt/lib/x64 or /opt/lib/arm64: one layer serves both processors.
    private static readonly string LayerFolder =
        $"/opt/lib/{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static readonly Lock Loading = new();
    private static bool _isStarted;

    /// <returns>The path; null when there is none.</returns>
    public static string? Find(string? named) => named is not null
        ? File.Exists(named) ? named : null
        : Directory.Exists(LayerFolder)
            ? Directory.EnumerateFiles(LayerFolder, "libvips-cpp.so*").Order(StringComparer.Ordinal).FirstOrDefault()
            : null;

    /// <exception cref="VipsException">It does not start.</exception>
    /// <exception cref="DllNotFoundException">It cannot be loaded here.</exception>
    /// <exception cref="BadImageFormatException">It is for another processor.</exception>
    /// <exception cref="EntryPointNotFoundException">It is another library.</exception>
    public static void Load(string path)
    {
        lock (Loading)
        {
            if (_isStarted)
            {
                return;
            }

            var library = NativeLibrary.Load(path);
            if (!NativeLibrary.TryGetExport(library, "vips_image_get_typeof", out _))
            {
                NativeLibrary.Free(library);
                throw new EntryPointNotFoundException($"{path} is not libvips.");
            }

            NativeLibrary.SetDllImportResolver(
                typeof(VipsLibrary).Assembly, (name, _, _) => name == Libvips.Name ? library : 0);
            _isStarted = Libvips.Start(PictureMaker.Loaders)
                ? true
                : throw VipsException.Last();
        }
    }
}
