using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>A queue that confirms messages and hands them to the test alone.</summary>
internal sealed class DeafQueue(BrokenStore server) : IAsyncDisposable
{
    public string Address => server.Address;

    /// <param name="take">Gets the keys of each message.</param>
    public static async Task<DeafQueue> StartAsync(Func<string[], Task> take) =>
        new(await BrokenStore.StartAsync(async http =>
        {
            using var request = await JsonDocument.ParseAsync(http.Request.Body);
            var entries = request.RootElement.GetProperty("Entries").EnumerateArray().ToArray();
            foreach (var entry in entries)
            {
                using var look = JsonDocument.Parse(entry.GetProperty("MessageBody").GetString()!);
                await take([.. look.RootElement.GetProperty("PhotoLambdaLook").EnumerateArray()
                    .Select(o => o.GetProperty("key").GetString()!)]);
            }

            await http.Response.WriteAsJsonAsync(new Dictionary<string, object>
            {
                ["Successful"] = entries.Select(e => new Dictionary<string, string>
                {
                    ["Id"] = e.GetProperty("Id").GetString()!,
                    ["MessageId"] = Guid.NewGuid().ToString(),
                    ["MD5OfMessageBody"] = "",
                }),
            });
        }));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
