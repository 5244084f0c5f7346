// Uploads a photo as any .NET program would: API=… TOKEN=… dotnet run --project examples/csharp -- photo.jpg PROJECT
using System.Net.Http.Headers;
using PhotoLambda.Examples;

if (args is not [var file, var project] || !File.Exists(file))
{
    Console.Error.WriteLine("usage: API=… TOKEN=… Upload FILE PROJECT");
    return 2;
}

// Two clients: the token is for the API alone, and the store gets more time.
using var api = new HttpClient { BaseAddress = new Uri(Variable("API")), Timeout = TimeSpan.FromSeconds(30) };
api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Variable("TOKEN"));
using var store = new HttpClient { Timeout = TimeSpan.FromMinutes(15) };
try
{
    var key = Environment.GetEnvironmentVariable("IDEMPOTENCY_KEY") ?? Guid.NewGuid().ToString();
    var photo = await new PhotoUpload(api, store).SendAsync(file, project, key);
    Console.WriteLine($"photo {photo.Id}: {photo.Status}, {photo.Width} × {photo.Height}");
    return 0;
}
catch (Exception e) when (e is ProblemException or UploadException or HttpRequestException or TimeoutException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
