using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// Finds what to run for a function: what lies in the folder that was named, else what <c>sam build</c> made, else what
/// <c>dotnet build</c> made.
/// </summary>
/// <param name="templatePath">The root of the repository is its folder.</param>
/// <param name="functions">Holds a folder for each logical id, as <c>sam build</c> makes them; null: none was named.
/// </param>
internal sealed class FunctionBinaries(string templatePath, string? functions = null)
{
    /// <summary>Names the folder where no option does.</summary>
    public const string Variable = "PHOTOLAMBDA_FUNCTIONS";

    private readonly string _root = Path.GetDirectoryName(Path.GetFullPath(templatePath))!;

    /// <returns>The folder that the environment names, or null.</returns>
    public static string? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    /// <returns>The full path of a <c>.dll</c>, or of an executable.</returns>
    /// <exception cref="LocalCloudException">It is not there.</exception>
    public string Resolve(FunctionResource function)
    {
        if (function.Handler.Contains(':'))
        {
            throw new LocalCloudException(
                $"{function.LogicalId}: the handler '{function.Handler}' is a method of a library; the local cloud "
                + "runs programs. Give the name of an executable assembly, without a colon.");
        }

        var program = function.Handler + ".dll";
        if (functions is not null)
        {
            var named = Path.Combine(functions, function.LogicalId);
            return Packaged(named, program) ?? throw new LocalCloudException(
                $"{function.LogicalId}: {named} has neither a bootstrap nor {program}. Run 'make "
                + $"build-{function.LogicalId} ARTIFACTS_DIR={named}' to make it, or name no folder with --functions "
                + $"or {Variable}.");
        }

        var built = Path.Combine(_root, ".aws-sam", "build", function.LogicalId);
        return Directory.Exists(built)
            ? Packaged(built, program) ?? throw Missing(
                function, Path.Combine(built, program), "sam build",
                ", or delete the folder .aws-sam to run what 'dotnet build' made.")
            : OfBuild(function, program);
    }

    private string OfBuild(FunctionResource function, string program)
    {
        var path = Path.Combine(_root, "artifacts", "bin", function.Handler, Configuration(), program);
        return File.Exists(path) ? path : throw Missing(function, path, "dotnet build", ".");
    }

    /// <returns>The program of a package: native where there is one.</returns>
    private static string? Packaged(string folder, string program) =>
        new[] { "bootstrap", program }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// That of the running local cloud, whose own folder is named by it: <c>artifacts/bin/…/debug</c>.
    /// </summary>
    private static string Configuration()
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return own.Parent?.Parent?.Name == "bin" ? own.Name : "debug";
    }

    private static LocalCloudException Missing(FunctionResource function, string path, string command, string more) =>
        new($"{function.LogicalId}: {path} is missing. Run '{command}' to make it{more}");
}
