// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Test module for a VMBus host: binds the echo channels and carries out the
 * commands that are written to its debugfs file.
 *
 *	exec 3<>/sys/kernel/debug/dxgtest/command
 *	echo "ping ch=1 ring=4" >&3	# fails when the command fails
 *	cat <&3				# what it saw
 *
 * Each open file is a user of its own: commands on different channels run side
 * by side. Malformed commands are EINVAL, no such channel is ENODEV.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "dxgtest.h"

static LIST_HEAD(channels);
static DEFINE_MUTEX(channels_lock);
static struct dentry *dir;

struct session {
	struct mutex lock;		/* of all below: one command or read at a time */
	struct dxgtest_cmd cmd;
	size_t read;			/* bytes of the text already taken */
};

static const struct {
	const char *word;
	int (*run)(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
} commands[] = {
	{ "ping", dxgtest_cmd_ping },
	{ "reopen", dxgtest_cmd_reopen },
	{ "traffic", dxgtest_cmd_traffic },
	{ "room", dxgtest_cmd_room },
	{ "delay", dxgtest_cmd_delay },
	{ "echo", dxgtest_cmd_echo },
	{ "gpadl", dxgtest_cmd_gpadl },
	{ "mmio", dxgtest_cmd_mmio },
	{ "refused", dxgtest_cmd_refused },
	{ "abuse", dxgtest_cmd_abuse },
};

void dxgtest_say(struct dxgtest_cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cmd->len += vscnprintf(cmd->text + cmd->len, DXGTEST_MAX_TEXT - cmd->len, fmt, ap);
	va_end(ap);
}

/* The value of "key=" among the words, or NULL. */
static const char *find_arg(const struct dxgtest_cmd *cmd, const char *key)
{
	size_t n = strlen(key);
	const char *p = cmd->args;

	while ((p = strstr(p, key))) {
		if (p > cmd->args && p[-1] == ' ' && p[n] == '=')
			return p + n + 1;
		p += n;
	}
	return NULL;
}

u64 dxgtest_arg(struct dxgtest_cmd *cmd, const char *key, u64 absent)
{
	const char *p = find_arg(cmd, key);
	char word[24];
	u64 value;
	size_t n;

	if (!p)
		return absent;
	n = strcspn(p, " ");
	if (n < sizeof(word)) {
		memcpy(word, p, n);
		word[n] = 0;
		if (!kstrtoull(word, 0, &value))
			return value;
	}
	cmd->malformed = true;
	return absent;
}

bool dxgtest_arg_is(const struct dxgtest_cmd *cmd, const char *key, const char *value)
{
	const char *p = find_arg(cmd, key);
	size_t n = strlen(value);

	return p && !strncmp(p, value, n) && (p[n] == ' ' || !p[n]);
}

/* Find channel @number and take it for oneself; NULL when there is none. */
struct dxgtest_chan *dxgtest_get(unsigned int number)
{
	struct dxgtest_chan *c;

	mutex_lock(&channels_lock);
	list_for_each_entry(c, &channels, link) {
		if (c->number == number) {
			mutex_lock(&c->busy);
			mutex_unlock(&channels_lock);
			return c;
		}
	}
	mutex_unlock(&channels_lock);
	return NULL;
}

void dxgtest_put(struct dxgtest_chan *c)
{
	mutex_unlock(&c->busy);
}

static int run_command(struct session *u, char *line)
{
	char *args = strchrnul(line, ' ');
	size_t n = args - line;
	struct dxgtest_chan *c;
	unsigned int i;
	int ret;

	u->cmd.args = args;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strlen(commands[i].word) != n || strncmp(line, commands[i].word, n))
			continue;
		u->cmd.malformed = false;
		c = dxgtest_get(dxgtest_arg(&u->cmd, "ch", 1));
		if (!c)
			return -ENODEV;
		ret = commands[i].run(&u->cmd, c);
		dxgtest_put(c);
		return u->cmd.malformed ? -EINVAL : ret;
	}
	return -EINVAL;
}

static ssize_t command_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct session *u = file->private_data;
	char *line;
	int ret;

	if (!len || len > 512)
		return -EINVAL;
	line = memdup_user_nul(buf, len);
	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&u->lock);
	u->cmd.len = 0;
	u->read = 0;
	ret = run_command(u, strim(line));
	mutex_unlock(&u->lock);
	kfree(line);
	return ret ? ret : len;
}

static ssize_t command_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct session *u = file->private_data;
	ssize_t ret;

	mutex_lock(&u->lock);
	ret = min(len, u->cmd.len - u->read);
	if (copy_to_user(buf, u->cmd.text + u->read, ret))
		ret = -EFAULT;
	else
		u->read += ret;
	mutex_unlock(&u->lock);
	return ret;
}

static int command_open(struct inode *inode, struct file *file)
{
	struct session *u = kzalloc(sizeof(*u), GFP_KERNEL);

	if (!u)
		return -ENOMEM;
	u->cmd.text = kvzalloc(DXGTEST_MAX_TEXT, GFP_KERNEL);
	if (!u->cmd.text) {
		kfree(u);
		return -ENOMEM;
	}
	mutex_init(&u->lock);
	file->private_data = u;
	return stream_open(inode, file);
}

static int command_release(struct inode *inode, struct file *file)
{
	struct session *u = file->private_data;

	kvfree(u->cmd.text);
	kfree(u);
	return 0;
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.open = command_open,
	.release = command_release,
	.read = command_read,
	.write = command_write,
};

static int channels_show(struct seq_file *m, void *v)
{
	struct dxgtest_chan *c;

	mutex_lock(&channels_lock);
	list_for_each_entry(c, &channels, link)
		seq_printf(m, "%u %s\n", c->number, dev_name(&c->dev->device));
	mutex_unlock(&channels_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(channels);

static int dxgtest_probe(struct hv_device *dev, const struct hv_vmbus_device_id *id)
{
	struct dxgtest_chan *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->dev = dev;
	c->ch = dev->channel;
	/* The second field of the instance, little endian. */
	c->number = dev->dev_instance.b[4] | dev->dev_instance.b[5] << 8;
	mutex_init(&c->busy);
	spin_lock_init(&c->waiters_lock);
	init_waitqueue_head(&c->read_wait);
	init_waitqueue_head(&c->space_wait);
	hv_set_drvdata(dev, c);
	mutex_lock(&channels_lock);
	list_add_tail(&c->link, &channels);
	mutex_unlock(&channels_lock);
	return 0;
}

static void dxgtest_remove(struct hv_device *dev)
{
	struct dxgtest_chan *c = hv_get_drvdata(dev);

	mutex_lock(&channels_lock);
	list_del(&c->link);
	mutex_unlock(&channels_lock);
	/* A command that runs sees the rescind and ends; nobody finds the channel any more. */
	wake_up_all(&c->space_wait);
	mutex_lock(&c->busy);
	mutex_unlock(&c->busy);
	kfree(c);
}

static const struct hv_vmbus_device_id ids[] = {
	{ .guid = GUID_INIT(0x6b2f1c5e, 0x3b0a, 0x4f0e, 0x9c, 0x57,
			    0x0d, 0x5a, 0x11, 0xec, 0x0d, 0xe0) },
	{ }
};
MODULE_DEVICE_TABLE(vmbus, ids);

static struct hv_driver dxgtest_driver = {
	.name = "dxgtest",
	.id_table = ids,
	.probe = dxgtest_probe,
	.remove = dxgtest_remove,
};

static int __init dxgtest_init(void)
{
	int ret = vmbus_driver_register(&dxgtest_driver);

	if (ret)
		return ret;
	dir = debugfs_create_dir("dxgtest", NULL);
	debugfs_create_file("command", 0600, dir, NULL, &command_fops);
	debugfs_create_file("channels", 0400, dir, NULL, &channels_fops);
	return 0;
}

static void __exit dxgtest_exit(void)
{
	debugfs_remove_recursive(dir);
	vmbus_driver_unregister(&dxgtest_driver);
}

module_init(dxgtest_init);
module_exit(dxgtest_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Test of a VMBus host over its echo channels");
