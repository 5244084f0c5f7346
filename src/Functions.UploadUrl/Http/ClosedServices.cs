using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// Options and loggers of each type that every start asks for. The container would make them of open generics, by
/// reflection, which took a Native AOT build a fifth of its whole start.
/// </summary>
internal static class ClosedServices
{
    /// <summary>Goes after all other services: what configures the options is collected here.</summary>
    public static void CloseGenerics(this IServiceCollection services)
    {
        services.CloseOptions<AuthenticationOptions>();
        services.CloseOptions<AuthorizationOptions>();
        services.CloseOptions<ConsoleLifetimeOptions>();
        services.CloseOptions<FormOptions>();
        services.CloseOptions<HostOptions>();
        services.CloseOptions<JsonOptions>();
        services.CloseOptions<LoggerFactoryOptions>();
        services.CloseOptions<RouteHandlerOptions>();
        services.CloseOptions<RouteOptions>();
        services.CloseMonitor<AuthenticationSchemeOptions>();
        services.CloseMonitor<LoggerFilterOptions>();
        services.CloseLogger<ApplicationLifetime>();
        services.CloseLogger<AuthorizationMiddleware>();
        services.CloseLogger<DefaultAuthorizationService>();
        services.CloseLogger<Failures>();
        services.CloseLogger<KeySetClient>();
        services.CloseLogger<RequestLog>();
        services.CloseLogger<SigningKeys>();
        // Validates options that are registered for it, of which there are none: the host does without.
        services.RemoveAll<IStartupValidator>();
    }

    private static void CloseLogger<T>(this IServiceCollection services) =>
        services.AddSingleton<ILogger<T>>(s => new Logger<T>(s.GetRequiredService<ILoggerFactory>()));

    private static void CloseOptions<T>(this IServiceCollection services)
        where T : class, new()
    {
        var factory = FactoryOf<T>(services);
        services.AddSingleton(s => Options.Create(factory(s).Create(Options.DefaultName)));
    }

    private static void CloseMonitor<T>(this IServiceCollection services)
        where T : class, new()
    {
        var factory = FactoryOf<T>(services);
        var changes = All<IOptionsChangeTokenSource<T>>(services);
        services.AddSingleton<IOptionsMonitor<T>>(s =>
            new OptionsMonitor<T>(factory(s), changes(s), new OptionsCache<T>()));
    }

    private static Func<IServiceProvider, OptionsFactory<T>> FactoryOf<T>(IServiceCollection services)
        where T : class, new()
    {
        var configure = All<IConfigureOptions<T>>(services);
        var configureAfter = All<IPostConfigureOptions<T>>(services);
        var validate = All<IValidateOptions<T>>(services);
        return s => new OptionsFactory<T>(configure(s), configureAfter(s), validate(s));
    }

    /// <summary>Most are there as instances, and the container need not be asked for them.</summary>
    private static Func<IServiceProvider, IEnumerable<T>> All<T>(IServiceCollection services)
        where T : class
    {
        var registered = services.Where(service => service.ServiceType == typeof(T)).ToArray();
        return registered.All(service => service.ImplementationInstance is T)
            ? _ => registered.Select(service => (T)service.ImplementationInstance!)
            : s => s.GetServices<T>();
    }
}
