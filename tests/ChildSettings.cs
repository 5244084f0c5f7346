using System.Runtime.CompilerServices;

namespace PhotoLambda.Tests;

/// <summary>What the .NET programs that the tests start find in their environment: they live for a second.</summary>
internal static class ChildSettings
{
    [ModuleInitializer]
    public static void Set()
    {
        // What is not run often enough to be tuned is neither counted nor compiled again.
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
        // Each page of code would be mapped twice.
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
        // Nobody attaches a debugger, whose pipes a killed program would leave behind.
        Environment.SetEnvironmentVariable("DOTNET_EnableDiagnostics", "0");
    }
}
