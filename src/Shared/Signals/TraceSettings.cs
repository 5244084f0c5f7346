using System.Globalization;

namespace PhotoLambda.Signals;

/// <summary>
/// Checks what OpenTelemetry reads by itself, and would pass over without a word, or end the start over with a stack.
/// </summary>
/// <seealso href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/>
internal static class TraceSettings
{
    public const string Timeout = "OTEL_EXPORTER_OTLP_TIMEOUT";
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";
    private const int MostMilliseconds = 60_000;

    private static readonly string[] Samplers =
    [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
        "parentbased_traceidratio",
    ];

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    public static void Check(Func<string, string?> variable)
    {
        Settings.Number(variable, Timeout, otherwise: 1, least: 1, MostMilliseconds);
        CheckPairs(variable, "OTEL_EXPORTER_OTLP_HEADERS");
        CheckPairs(variable, "OTEL_RESOURCE_ATTRIBUTES");
        if (Settings.Optional(variable, Sampler) is { } sampler && !Samplers.Contains(sampler))
        {
            throw new SettingException(
                Sampler, $"is {Settings.Quoted(sampler)}; set it to one of {string.Join(", ", Samplers)}.");
        }

        if (Settings.Optional(variable, SamplerArgument) is { } share
            && !(double.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio)
                && ratio <= 1))
        {
            throw new SettingException(
                SamplerArgument, $"is {Settings.Quoted(share)}; set it to a share from 0 to 1, such as 0.1.");
        }
    }

    /// <summary>Not shown: a header may be the key of an account.</summary>
    private static void CheckPairs(Func<string, string?> variable, string name)
    {
        var pairs = Settings.Optional(variable, name)?.Split(',') ?? [];
        if (pairs.Any(p => p.IndexOf('=', StringComparison.Ordinal) is var at
            && (at < 0 || p[..at].Trim().Length == 0 || p.Any(char.IsControl))))
        {
            throw new SettingException(name, "is no list of pairs; set it to name=value,name=value.");
        }
    }
}
