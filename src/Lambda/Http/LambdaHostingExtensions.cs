using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PhotoLambda.Lambda;

public static class LambdaHostingExtensions
{
    /// <summary>
    /// Within Lambda, lets the application be called by HTTP events in place of a socket; elsewhere it does nothing,
    /// and the same program listens on Kestrel. Lambda is where AWS_LAMBDA_RUNTIME_API is set. An
    /// <see cref="HttpClient"/> with a base address, registered before as a singleton instance, goes before that
    /// variable: so a test starts the function within its own process.
    /// </summary>
    public static IServiceCollection AddAWSLambdaHosting(
        this IServiceCollection services, LambdaEventSource eventSource)
    {
        if (!Enum.IsDefined(eventSource))
        {
            throw new ArgumentOutOfRangeException(nameof(eventSource));
        }

        var client = Instances(services).OfType<HttpClient>()
            .LastOrDefault(candidate => candidate.BaseAddress is not null);
        if (client is null && LambdaEnvironment.Process.RuntimeApi is null)
        {
            return services;
        }

        var runtime = new LambdaRuntime(client, LambdaEnvironment.Process);
        if (client is null)
        {
            // What fails before the server starts, such as a missing setting, passes no code of this layer.
            AppDomain.CurrentDomain.UnhandledException += (_, e) =>
                runtime.ReportFailedStartAsync((Exception)e.ExceptionObject).Wait(TimeSpan.FromSeconds(2));
        }

        return services.AddLambdaServer(runtime);
    }

    /// <summary>
    /// Within Lambda, and after <see cref="AddAWSLambdaHosting"/>: as
    /// <see cref="LambdaBootstrapBuilder.AfterEachResponse"/>. Elsewhere it does nothing: no process is frozen there.
    /// </summary>
    public static IServiceCollection AfterEachLambdaResponse(this IServiceCollection services, Action<TimeSpan> action)
    {
        foreach (var runtime in Instances(services).OfType<LambdaRuntime>())
        {
            runtime.AfterResponse = action;
        }

        return services;
    }

    internal static IServiceCollection AddLambdaServer(this IServiceCollection services, LambdaRuntime runtime) =>
        services.AddSingleton(runtime).Replace(ServiceDescriptor.Singleton<IServer, LambdaServer>());

    private static IEnumerable<object?> Instances(IServiceCollection services) =>
        services.Select(service => service.IsKeyedService ? null : service.ImplementationInstance);
}
