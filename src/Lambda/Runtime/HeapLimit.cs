using System.Globalization;

namespace PhotoLambda.Lambda;

/// <summary>
/// Tells the garbage collector how much memory the function has: it cannot see Lambda's limit, and would rather
/// have the sandbox killed than collect.
/// </summary>
internal static class HeapLimit
{
    /// <summary>What .NET takes in a container too; the rest is for code, stacks and native libraries.</summary>
    private const double Share = 0.75;

    /// <summary>Set to <c>true</c> or <c>1</c> to leave the collector as it is.</summary>
    public const string OptOut = "AWS_LAMBDA_DOTNET_DISABLE_MEMORY_LIMIT_CHECK";

    /// <returns>The limit set, in bytes; null if none was.</returns>
    public static ulong? Apply(LambdaEnvironment environment)
    {
        var size = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"];
        if (environment.IsTrue(OptOut)
            || !uint.TryParse(size, CultureInfo.InvariantCulture, out var megabytes)
            || megabytes == 0)
        {
            return null;
        }

        var limit = (ulong)(megabytes * 1024.0 * 1024.0 * Share);
        AppContext.SetData("GCHeapHardLimit", limit);
        try
        {
            GC.RefreshMemoryLimit();
            return limit;
        }
        catch (InvalidOperationException)
        {
            // More is in use already; the collector then keeps its former limit.
            return null;
        }
    }
}
