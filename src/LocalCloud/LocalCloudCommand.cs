using System.CommandLine;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local;

/// <summary>The command line of the local cloud.</summary>
internal static class LocalCloudCommand
{
    private static readonly Option<int> Port = Number("--port", 8080, "Port of the API; 0 takes a free one.");

    private static readonly Option<int> CloudPort =
        Number("--cloud-port", 4566, "Port of S3, SQS and Lambda; 0 takes a free one.");

    private static readonly Option<FileInfo> Template = new("--template")
    {
        Description = "The SAM template; found in this folder or above it when not given.",
    };

    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Where objects, queues and rows are kept; .photolambda beside the template when not given.",
    };

    private static readonly Option<string[]> Parameter = new("--parameter")
    {
        Description = "Name=Value for a parameter of the template. Repeatable.",
    };

    private static readonly Option<string[]> Secret = new("--secret")
    {
        Description = "Name=Value for what the template resolves from Secrets Manager. Repeatable. The local cloud "
            + "has local/api-database, local/worker-database, local/imagekit.",
    };

    private static readonly Option<string[]> Attach = new("--attach")
    {
        Description = "Logical id of a function that you start yourself, in a debugger say. Repeatable.",
    };

    private static readonly Option<DirectoryInfo> Functions = new("--functions")
    {
        Description = "A folder with what to run, a folder for each function's logical id as 'sam build' makes them; "
            + $"{FunctionBinaries.Variable} when not given, and what was built beside the template without both.",
    };

    private static readonly Option<bool> WithDetector = new("--with-detector")
    {
        Description = "Also run the demo detector, so that photos reach 'completed'.",
    };

    private static readonly Option<bool> WithDemo = new("--demo")
    {
        Description = "Walk the example photo through, show each step, and go on running.",
    };

    public static RootCommand Create()
    {
        var command = new RootCommand("Runs a SAM template on this machine: API, functions, S3, SQS, PostgreSQL.")
        {
            Port, CloudPort, Template, Data, Parameter, Secret, Attach, Functions, WithDetector, WithDemo,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupted)
    {
        var console = new StepConsole(parsed.InvocationConfiguration.Output);
        try
        {
            var options = Options(parsed);
            await using var cloud = await LocalCloud.StartAsync(options, console.Say, interrupted);
            Welcome.Show(cloud, console);
            if (parsed.GetValue(WithDemo))
            {
                var photo = Path.Combine(Path.GetDirectoryName(options.Template)!, "examples", "photo.jpg");
                await new Demo(cloud, photo, console).RunAsync(interrupted);
            }

            await cloud.RunAsync(interrupted);
            console.Say("stopping");
            return 0;
        }
        catch (LocalCloudException e)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static LocalCloudOptions Options(ParseResult parsed)
    {
        var template = parsed.GetValue(Template)?.FullName ?? FindTemplate(Environment.CurrentDirectory);
        var data = parsed.GetValue(Data)?.FullName ?? Path.Combine(Path.GetDirectoryName(template)!, ".photolambda");
        return new LocalCloudOptions(template, data)
        {
            Port = parsed.GetValue(Port),
            CloudPort = parsed.GetValue(CloudPort),
            Parameters = Pairs("--parameter", parsed.GetValue(Parameter) ?? []),
            Secrets = Pairs("--secret", parsed.GetValue(Secret) ?? []),
            Attached = parsed.GetValue(Attach) ?? [],
            Functions = parsed.GetValue(Functions)?.FullName ?? FunctionBinaries.FromEnvironment(),
            DatabaseUrl = DatabaseUrl(),
            WithDetector = parsed.GetValue(WithDetector),
        };
    }

    /// <returns>The template here or in the nearest folder above.</returns>
    internal static string FindTemplate(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var template = Path.Combine(folder.FullName, "template.yaml");
            if (File.Exists(template))
            {
                return template;
            }
        }

        throw new LocalCloudException($"There is no template.yaml in {from} or above it. Name one with --template.");
    }

    private static string? DatabaseUrl() =>
        Environment.GetEnvironmentVariable("PHOTOLAMBDA_DATABASE_URL") is { Length: > 0 } url ? url : null;

    private static Dictionary<string, string> Pairs(string option, string[] texts)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var (name, value) in texts.Select(text => Pair(option, text)))
        {
            if (!pairs.TryAdd(name, value))
            {
                throw new LocalCloudException($"{option} {name} is given twice.");
            }
        }

        return pairs;
    }

    private static KeyValuePair<string, string> Pair(string option, string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new(name, value)
        // It may be a secret that is written in the wrong way.
        : throw new LocalCloudException(
            $"{option} must be Name=Value{(option == "--secret" ? "" : $"; it was '{text}'")}.");

    private static Option<int> Number(string name, int fallback, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
            {
                result.AddError($"{name} must be from 0 to 65535; it was {result.GetValueOrDefault<int>()}.");
            }
        });
        return option;
    }
}
