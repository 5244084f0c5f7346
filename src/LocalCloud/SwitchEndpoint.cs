using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local;

/// <summary>
/// An address of something that goes wrong on demand: POST says what from now on, GET shows what does, DELETE or an
/// empty object ends it.
/// </summary>
internal static class SwitchEndpoint
{
    private const int MaximumBody = 64 * 1_024;

    /// <param name="has">Its name and verb, as the refusal of another method begins: <c>Chaos has</c>.</param>
    /// <param name="read">Null settings: nothing is to go wrong. With errors all stays as it was.</param>
    /// <param name="set">Null: nothing goes wrong any more.</param>
    /// <param name="show">Writes the members of an object.</param>
    public static async Task HandleAsync<T>(
        HttpContext http,
        string has,
        Func<byte[], (T? Settings, SortedDictionary<string, string> Errors)> read,
        Action<T?> set,
        Action<Utf8JsonWriter> show)
        where T : class
    {
        switch (http.Request.Method)
        {
            case "GET":
                break;
            case "DELETE":
                set(null);
                break;
            case "POST":
                if (await SetAsync(http, read, set) is { Count: > 0 } errors)
                {
                    await ValidationProblem.WriteAsync(http, errors);
                    return;
                }

                break;
            default:
                http.Response.Headers.Allow = "GET, POST, DELETE";
                await Answer.MembersAsync(http, 405, ("message", $"{has} GET, POST and DELETE."));
                return;
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        show(json);
        json.WriteEndObject();
    }

    /// <returns>What is wrong with the request.</returns>
    private static async Task<SortedDictionary<string, string>> SetAsync<T>(
        HttpContext http, Func<byte[], (T? Settings, SortedDictionary<string, string> Errors)> read, Action<T?> set)
        where T : class
    {
        if (await PayloadLimits.ReadAsync(http.Request, MaximumBody, http.RequestAborted) is not { } body)
        {
            return new(StringComparer.Ordinal) { ["body"] = $"has more than {MaximumBody} bytes" };
        }

        var (settings, errors) = read(body);
        if (errors.Count == 0)
        {
            set(settings);
        }

        return errors;
    }
}
