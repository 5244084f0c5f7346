using System.Text.Json;
using PhotoLambda.Aws;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Sqs;
using PhotoLambda.UploadUrl.Bulk;
using PhotoLambda.UploadUrl.Health;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.Multipart;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;
using PhotoLambda.UploadUrl.Uppy;

namespace PhotoLambda.UploadUrl;

/// <summary>The HTTP API: on Lambda behind API Gateway, elsewhere on Kestrel.</summary>
public static class UploadUrlFunction
{
    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        await using var app = Build(runtimeApi, settings);
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    internal static WebApplication Build(
        HttpClient? runtimeApi, IReadOnlyDictionary<string, string?>? settings)
    {
        var variable = Settings.Of(settings);
        // The empty builder reads no files and loads no providers that a function would not use.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Functions.UploadUrl" });
        builder.Configuration.AddEnvironmentVariables().AddInMemoryCollection(settings);
        builder.Logging.AddLambdaLogger().AddFilter("Microsoft", LogLevel.Warning);
        var isFunction = runtimeApi is not null || builder.Configuration["AWS_LAMBDA_RUNTIME_API"] is not null;
        if (!isFunction)
        {
            // Outside Lambda a socket takes the place of the events, and the console that of the log stream.
            builder.WebHost.UseKestrelCore().ConfigureKestrel(KestrelLimits.Apply);
            builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }

        if (runtimeApi is not null)
        {
            builder.Services.AddSingleton(runtimeApi);
        }

        AddServices(builder.Services, variable);
        builder.Services.AddSignals(variable);
        builder.Services.CloseGenerics();
        var app = builder.Build();
        if (isFunction)
        {
            app.Services.GetRequiredService<SigningKeys>().FetchAhead();
        }

        if (app.Configuration["ASPNETCORE_URLS"] is { } urls)
        {
            app.Urls.Add(urls);
        }

        app.UseSignals();
        app.UseMiddleware<Failures>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseFirstConnection();
        app.MapHealth();
        app.MapPhotos();
        app.MapTickets();
        app.MapReading();
        app.MapMultipart();
        app.MapUppy();
        app.MapBulk();
        app.MapProjects();
        app.MapOpenApi();
        return app;
    }

    private static void AddServices(IServiceCollection services, Func<string, string?> variable)
    {
        var options = UploadUrlOptions.Read(variable);
        services.AddAWSLambdaHosting(LambdaEventSource.HttpApi);
        services.AddRoutingCore();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        services.AddBearerTokens(BearerTokenOptions.Read(variable) with { OnRefused = Refusals.AnswerAsync });
        services.AddFirstConnection(FunctionDatabase.Open(options.Database));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(s => new Presigner(
            options.Aws, options.OriginalsBucket, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TicketSigner>();
        services.AddSingleton(s => new Buckets(
            AwsHttp.NewClient(),
            options.Aws, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PhotoStore>();
        services.AddSingleton<PhotoDeletions>();
        services.AddSingleton<ProjectStore>();
        services.AddSingleton<TicketStore>();
        services.AddSingleton<TicketGroups>();
        services.AddSingleton<TicketPrinter>();
        services.AddSingleton<IssueTicketHandler>();
        services.AddSingleton<IssueTicketsHandler>();
        services.AddSingleton<RenewTicketHandler>();
        services.AddSingleton<KnownPhotos>();
        services.AddSingleton<ChangeStatusHandler>();
        services.AddSingleton(_ => new CdnQueue(options.CdnQueueUrl is not { } cdn ? null : new QueueClient(
            AwsHttp.NewClient(),
            options.Aws, cdn.OriginalString)));
        services.AddSingleton<DeletePhotoHandler>();
        services.AddReading(options);
        services.AddMultipart();
        services.AddUppy(options);
        services.AddBulk(options);
    }
}
