using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PhotoLambda.Signals;

/// <summary>
/// Sends the activities that ASP.NET Core, HttpClient, Npgsql and the Lambda layer make by themselves to a collector,
/// when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. When it does not, OpenTelemetry is not even loaded.
/// </summary>
/// <seealso href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/"/>
internal sealed class Traces : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    // A span that is lost is no harm; an invocation that waits for a collector is paid for.
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1);

    private readonly TracerProvider _provider;

    private Traces(string service, OtlpExporterOptions options, bool sampleAll)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService(service).AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        var builder = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "PhotoLambda.Lambda")
            .AddProcessor(new BatchActivityExportProcessor(
                new OtlpTraceExporter(options), exporterTimeoutMilliseconds: options.TimeoutMilliseconds));
        if (sampleAll)
        {
            // Lambda marks what X-Ray does not trace as not sampled: whoever names a collector wants it all the same.
            builder.SetSampler(new AlwaysOnSampler());
        }

        _provider = builder.Build();
    }

    /// <param name="service">The <c>service.name</c>, unless <c>OTEL_SERVICE_NAME</c> sets another.</param>
    /// <returns>Null when no endpoint is set.</returns>
    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    public static Traces? Open(string service, Func<string, string?> variable) =>
        Settings.Optional(variable, Endpoint) is null ? null : Start(service, variable);

    /// <summary>Sends what has ended so far, within a second and the time that is left.</summary>
    public void Flush(TimeSpan left)
    {
        var patience = left < LongestFlush ? left : LongestFlush;
        if (patience > TimeSpan.Zero)
        {
            _provider.ForceFlush((int)patience.TotalMilliseconds);
        }
    }

    public void Dispose()
    {
        Flush(LongestFlush);
        _provider.Dispose();
    }

    private static Traces Start(string service, Func<string, string?> variable)
    {
        var address = Settings.WebUrl(variable, Endpoint);
        var protocol = ProtocolOf(Settings.Optional(variable, Protocol));
        TraceSettings.Check(variable);
        var options = new OtlpExporterOptions { Protocol = protocol };
        options.Endpoint = options.Protocol == OtlpExportProtocol.Grpc
            ? address
            : new Uri(address.AbsoluteUri.TrimEnd('/') + "/v1/traces");
        if (Settings.Optional(variable, TraceSettings.Timeout) is null)
        {
            options.TimeoutMilliseconds = (int)LongestFlush.TotalMilliseconds;
        }

        options.HttpClientFactory = () => NewClient(options.TimeoutMilliseconds);
        return new Traces(service, options, Settings.Optional(variable, TraceSettings.Sampler) is null);
    }

    // Its own requests are no part of any trace.
    private static HttpClient NewClient(int milliseconds) =>
        new(new SocketsHttpHandler { UseCookies = false, ActivityHeadersPropagator = null })
        {
            Timeout = TimeSpan.FromMilliseconds(milliseconds),
        };

    private static OtlpExportProtocol ProtocolOf(string? text) => text switch
    {
        null or "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        "grpc" => OtlpExportProtocol.Grpc,
        _ => throw new SettingException(
            Protocol, $"is {Settings.Quoted(text)}; set it to http/protobuf or grpc."),
    };
}
