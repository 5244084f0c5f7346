using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>Finds what to run for a function: what <c>sam build</c> made, else what <c>dotnet build</c> made.</summary>
/// <param name="templatePath">The root of the repository is its folder.</param>
internal sealed class FunctionBinaries(string templatePath)
{
    private readonly string _root = Path.GetDirectoryName(Path.GetFullPath(templatePath))!;

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
        var built = Path.Combine(_root, ".aws-sam", "build", function.LogicalId);
        if (Directory.Exists(built))
        {
            var bootstrap = Path.Combine(built, "bootstrap");
            return Existing(function, File.Exists(bootstrap) ? bootstrap : Path.Combine(built, program), "sam build");
        }

        return Existing(
            function, Path.Combine(_root, "artifacts", "bin", function.Handler, Configuration(), program),
            "dotnet build");
    }

    /// <summary>
    /// That of the running local cloud, whose own folder is named by it: <c>artifacts/bin/…/debug</c>.
    /// </summary>
    private static string Configuration()
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return own.Parent?.Parent?.Name == "bin" ? own.Name : "debug";
    }

    private static string Existing(FunctionResource function, string path, string command) => File.Exists(path)
        ? path
        : throw new LocalCloudException(
            $"{function.LogicalId}: {path} is missing. Run '{command}' to make it"
            + (command == "sam build" ? ", or delete the folder .aws-sam to run what 'dotnet build' made." : "."));
}
