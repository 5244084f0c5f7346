using Microsoft.AspNetCore.Authorization;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.UploadUrl.Http;

internal static class FirstConnectionExtensions
{
    /// <summary>Adds the database and begins to open a connection to it.</summary>
    public static void AddFirstConnection(this IServiceCollection services, NpgsqlDataSource database)
    {
        var connection = new FirstConnection(database);
        // Given out by the container, so that it is disposed of with it.
        services.AddSingleton(_ => database);
        services.AddSingleton(connection);
    }

    /// <summary>Goes before the routes that work with rows, which are those that ask who is calling.</summary>
    public static void UseFirstConnection(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<NpgsqlDataSource>();
        var connection = app.Services.GetRequiredService<FirstConnection>();
        app.Use(async (http, next) =>
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null)
            {
                await connection.ReadyAsync();
            }

            await next(http);
        });
    }
}
