using System.Text.Json;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>The samples in TypeScript, checked and translated by its compiler, where Node can run them.</summary>
public sealed class TypeScriptSamples : IAsyncLifetime
{
    private readonly string _folder = TemporaryFolder.New();
    private Command? _npm;
    private Command? _compiler;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var sample in new[] { "browser", "react-native" })
        {
            Copy(Path.Combine(Repository.Root, "examples", sample), Path.Combine(_folder, sample), "*.ts");
            File.Copy(
                Path.Combine(Repository.Root, "examples", sample, "tsconfig.json"),
                Path.Combine(_folder, sample, "tsconfig.json"));
        }

        Copy(Path.Combine(Repository.Root, "tests", "Examples"), _folder, "*.mjs");
        Copy(Path.Combine(Repository.Root, "examples", "browser"), _folder, "package.json");
        _npm = await Command.RunAsync(_folder,
            [
                "npm", "install", "--prefix", _folder, "--ignore-scripts", "--no-audit", "--no-fund",
                "--loglevel=error", "--fetch-retries=0", "--fetch-timeout=10000",
            ], Cancel);
        if (_npm.Succeeded)
        {
            _compiler = await Command.RunAsync(
                _folder, ["sh", "-c", $"{Compile("browser")} && {Compile("react-native")}"], Cancel);
        }
    }

    public ValueTask DisposeAsync()
    {
        TemporaryFolder.Delete(_folder);
        return ValueTask.CompletedTask;
    }

    /// <returns>What the script printed as JSON.</returns>
    public async Task<JsonElement> RunAsync(string script, params string[] arguments)
    {
        Missing.SkipUnless(_npm!.Succeeded, "npm, or its registry, is not there: " + _npm.Output);
        Assert.True(_compiler!.Succeeded, _compiler.Output);
        var node = await Command.RunAsync(_folder, ["node", script, .. arguments], Cancel);
        Assert.True(node.Succeeded, node.Output);
        return JsonDocument.Parse(node.Output[node.Output.IndexOf('{')..]).RootElement;
    }

    /// <returns>The path of a file with these bytes.</returns>
    public async Task<string> WriteAsync(byte[] bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName()));
        var path = Path.Combine(folder.FullName, "photo.jpg");
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        return path;
    }

    // A sample with an error in its types fails here.
    private static string Compile(string sample) =>
        $"node node_modules/typescript/bin/tsc -p {sample} --outDir out/{sample}";

    private static void Copy(string from, string to, string pattern)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, pattern))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
