namespace PhotoLambda.Tests;

/// <summary>Every variable of every function: in the template, in the documentation, and wrong.</summary>
public sealed class SettingTests(CloudFixture cloud)
{
    private const string Variables = "PHOTOLAMBDA_";

    // Of the runtime, of the C library, and of who deploys.
    private static readonly string[] NotOurs = ["DOTNET_", "MALLOC_", "PHOTOLAMBDA_SECRETS_READ"];

    // What a deployer may add to the template.
    private static readonly string[] Additions =
        ["PHOTOLAMBDA_METRICS", "PHOTOLAMBDA_ALLOWED_ORIGINS", "PHOTOLAMBDA_JWT_", "OTEL_", "AWS_"];

    public static TheoryData<string> Functions => [.. FunctionDoor.All];

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Every_mistake_is_one_line_with_name_and_place(string function)
    {
        var read = await ReadAsync(function);
        var wrong = new List<string>();
        foreach (var (name, value, says) in SettingMistakes.All.Where(m => read.Contains(m.Name)))
        {
            var line = await LineAsync(function, name, value);
            var place = name.StartsWith("AWS_", StringComparison.Ordinal) && !name.Contains("URL")
                ? "(Lambda sets it by itself)."
                : $"(template.yaml: {function}.Environment.Variables.{name}).";
            if (!line.StartsWith(name + " ", StringComparison.Ordinal) || !line.Contains(says) || !line.EndsWith(place)
                || line.Any(char.IsControl) || line.Contains(SettingMistakes.Secret))
            {
                wrong.Add($"{name}={value}: {line}");
            }
        }

        Assert.Equal([], wrong);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Every_variable_has_a_mistake_that_is_tried(string function) =>
        Assert.Equal([], (await ReadAsync(function)).Except(SettingMistakes.AnyText)
            .Except(SettingMistakes.All.Select(m => m.Name)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task The_template_sets_what_the_function_reads(string function)
    {
        var read = await ReadAsync(function);
        var set = DeployedTemplates.Stack.Functions.Single(f => f.LogicalId == function).Environment.Keys
            .Where(name => !NotOurs.Any(n => name.StartsWith(n, StringComparison.Ordinal))).ToList();

        Assert.Equal([], set.Except(read));
        Assert.Equal([], read.Except(set)
            .Where(name => !Additions.Any(a => name.StartsWith(a, StringComparison.Ordinal))));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task The_page_of_settings_lists_what_the_function_reads(string function) => Assert.Equal(
        (await ReadAsync(function)).Except(SettingMistakes.AnyText).Order(StringComparer.Ordinal),
        DocumentedSettings.Of(function).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task What_came_with_pasting_is_no_part_of_a_value(string function)
    {
        var settings = Settings(function);
        foreach (var name in settings.Keys.Where(n => n.StartsWith(Variables, StringComparison.Ordinal)).ToArray())
        {
            settings[name] = settings[name] is { Length: > 0 } value ? $" {value}\r\n" : " ";
        }

        await FunctionDoor.StartAsync(function, settings);
    }

    /// <summary>What the process would write, or that it starts.</summary>
    private async Task<string> LineAsync(string function, string name, string value)
    {
        var settings = Settings(function);
        foreach (var (other, text) in SettingMistakes.Around(name))
        {
            settings[other] = text;
        }

        settings[name] = value;
        try
        {
            await FunctionDoor.StartAsync(function, settings);
            return "it started";
        }
        catch (SettingException e)
        {
            return e.At(function);
        }
    }

    /// <summary>The names that it asks for, whichever of its branches it takes.</summary>
    private async Task<HashSet<string>> ReadAsync(string function)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var provider in new[] { "none", "imagekit", "cloudfront" })
        {
            var settings = Settings(function);
            (settings["PHOTOLAMBDA_CDN_PROVIDER"], settings["AWS_REGION"]) = (provider, "");
            var recorded = new RecordedSettings(settings);
            await FunctionDoor.StartAsync(function, recorded);
            asked.UnionWith(recorded.Asked);
        }

        // Not started with a collector, whose exporter would listen to this whole process.
        var traced = Settings(function);
        (traced["OTEL_EXPORTER_OTLP_ENDPOINT"], traced["OTEL_TRACES_SAMPLER_ARG"]) = ("http://127.0.0.1:9", "2");
        var refused = new RecordedSettings(traced);
        await Assert.ThrowsAsync<SettingException>(() => FunctionDoor.StartAsync(function, refused));
        asked.UnionWith(refused.Asked);
        return asked;
    }

    private Dictionary<string, string?> Settings(string function) => new(cloud.Settings(function).ToDictionary())
    {
        ["PHOTOLAMBDA_CLOUDFRONT_URL"] = "https://d111.cloudfront.net",
        ["PHOTOLAMBDA_CLOUDFRONT_DISTRIBUTION_ID"] = "E1",
        ["PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID"] = "K1",
        ["PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY"] = SettingMistakes.PrivateKey,
        ["PHOTOLAMBDA_IMAGEKIT_PRIVATE_KEY"] = "private_key",
    };
}
