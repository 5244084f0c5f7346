using PhotoLambda.Local;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Tests;

public sealed class FunctionBinariesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("binaries-").FullName;

    private FunctionBinaries Binaries => new(Path.Combine(_root, "template.yaml"));

    [Fact]
    public void What_sam_built_comes_before_what_dotnet_built()
    {
        var built = Make("artifacts/bin/Echo/debug/Echo.dll");
        Assert.Equal(built, Binaries.Resolve(AttachedFunction.Resource));

        var packaged = Make(".aws-sam/build/Echo/Echo.dll");
        Assert.Equal(packaged, Binaries.Resolve(AttachedFunction.Resource));

        var native = Make(".aws-sam/build/Echo/bootstrap");
        Assert.Equal(native, Binaries.Resolve(AttachedFunction.Resource));
    }

    [Fact]
    public async Task A_missing_program_stops_the_start_and_says_what_to_do()
    {
        var options = new LambdaOptions(new Uri("http://127.0.0.1:4566"), Binaries.Resolve, (_, _) => { });

        var missing = await Assert.ThrowsAsync<LocalCloudException>(() => LambdaService.StartAsync(
            [AttachedFunction.Resource], options, TestContext.Current.CancellationToken));

        Assert.Contains(
            "Echo.dll is missing. Run 'dotnet build' to make it.", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_names_no_program_is_shown_with_its_place()
    {
        const string Yaml = """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Jobs:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: Functions.Sweeep
            """;
        var function = Assert.Single(Templates.Load(Yaml).Functions);
        var options = new LambdaOptions(new Uri("http://127.0.0.1:4566"), Binaries.Resolve, (_, _) => { });

        var wrong = await Assert.ThrowsAsync<LocalCloudException>(() => LambdaService.StartAsync(
            [function], options, TestContext.Current.CancellationToken));

        Assert.Matches(
            @"\.yaml\(6,16\): Resources\.Jobs\.Properties\.Handler: the handler 'Functions\.Sweeep' is no program that "
                + @"can be run\. Jobs: .*Functions\.Sweeep\.dll is missing\. Run 'dotnet build' to make it\.$",
            wrong.Message);
    }

    [Fact]
    public void A_missing_package_says_how_to_make_it()
    {
        Directory.CreateDirectory(Path.Combine(_root, ".aws-sam", "build", "Echo"));
        var missing = Assert.Throws<LocalCloudException>(() => Binaries.Resolve(AttachedFunction.Resource));
        Assert.Contains(
            "Run 'sam build' to make it, or delete the folder .aws-sam", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_named_comes_before_all()
    {
        Make("artifacts/bin/Echo/debug/Echo.dll");
        Make(".aws-sam/build/Echo/bootstrap");
        var folder = Path.Combine(_root, "native");
        var named = new FunctionBinaries(Path.Combine(_root, "template.yaml"), folder);

        var missing = Assert.Throws<LocalCloudException>(() => named.Resolve(AttachedFunction.Resource));
        Assert.Equal(
            $"Echo: {folder}/Echo has neither a bootstrap nor Echo.dll. Run 'make build-Echo "
            + $"ARTIFACTS_DIR={folder}/Echo' to make it, or name no folder with --functions or PHOTOLAMBDA_FUNCTIONS.",
            missing.Message);

        var portable = Make("native/Echo/Echo.dll");
        Assert.Equal(portable, named.Resolve(AttachedFunction.Resource));
        var native = Make("native/Echo/bootstrap");
        Assert.Equal(native, named.Resolve(AttachedFunction.Resource));
    }

    [Fact]
    public void A_handler_in_a_library_is_refused()
    {
        var wrong = Assert.Throws<LocalCloudException>(
            () => Binaries.Resolve(AttachedFunction.Resource with { Handler = "Echo::Echo.Function::Handle" }));
        Assert.Contains("is a method of a library", wrong.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Make(string path)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "");
        return full;
    }
}
