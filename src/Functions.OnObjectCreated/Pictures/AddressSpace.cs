using System.Globalization;
using System.Runtime.InteropServices;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>
/// How much more memory this process may ask for. A file's header may claim little and its picture be large (the frame
/// within an AVIF says so itself, and only to its decoder): asked for too much, the system would end the process.
/// </summary>
internal static partial class AddressSpace
{
    // RLIMIT_AS of Linux.
    private const int Resource = 9;

    private static readonly Limits Usual = Read();

    /// <summary>Until this ends, allocations beyond the limit fail. The garbage collector reserved its space before.
    /// </summary>
    /// <param name="more">Bytes, beyond what is mapped now.</param>
    public static Ceiling Limit(long more)
    {
        if (Usual.Soft > 0)
        {
            // proc(5): the first number is of pages.
            var pages = long.Parse(
                File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture);
            var soft = (nuint)((pages * Environment.SystemPageSize) + more);
            var limits = Usual with { Soft = nuint.Min(soft, Usual.Soft) };
            _ = Set(Resource, limits);
        }

        return new Ceiling(Usual);
    }

    private static Limits Read() =>
        OperatingSystem.IsLinux() && Get(Resource, out var limits) == 0 ? limits : default;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Get(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Set(int resource, in Limits limits);

    public readonly ref struct Ceiling(Limits usual)
    {
        public void Dispose()
        {
            if (usual.Soft > 0)
            {
                _ = Set(Resource, usual);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Limits(nuint Soft, nuint Hard);
}
